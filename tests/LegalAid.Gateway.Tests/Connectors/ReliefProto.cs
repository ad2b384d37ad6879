using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Type = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>The contract of an agency of which the gateway has no generated code.</summary>
internal static class ReliefProto
{
    public const string Service = "relief.v1.ReliefService", Method = "Query";

    public static FileDescriptorProto File { get; } = Make();

    public static FileDescriptor Descriptor { get; } =
        FileDescriptor.BuildFromByteStrings([TimestampReflection.Descriptor.SerializedData, WrappersReflection.Descriptor.SerializedData, File.ToByteString()])[^1];

    /// <summary>As <c>protoc --include_imports --descriptor_set_out</c> writes it.</summary>
    public static string SetInBase64 { get; } = Convert.ToBase64String(new FileDescriptorSet
    {
        File = { FileDescriptorProto.Parser.ParseFrom(TimestampReflection.Descriptor.SerializedData), FileDescriptorProto.Parser.ParseFrom(WrappersReflection.Descriptor.SerializedData), File },
    }.ToByteArray());

    private static FileDescriptorProto Make()
    {
        var entry = new DescriptorProto { Name = "EEntry", Options = new MessageOptions { MapEntry = true }, Field = { Of("key", 1, Type.String), Of("value", 2, Type.Int32) } };
        var reply = new DescriptorProto
        {
            Name = "Reply",
            Field =
            {
                Of("a", 1, Type.Int32), Of("b", 2, Type.Sint32), Of("c", 3, Type.Fixed64), Of("d", 4, Type.Int32, repeated: true), Of("e", 5, Type.Message, ".relief.v1.Reply.EEntry", repeated: true),
                Of("relief_kind", 6, Type.Enum, ".relief.v1.Kind"), Of("g", 7, Type.Message, ".google.protobuf.Timestamp"), Of("h", 8, Type.Bool), Of("i", 9, Type.Double), Of("j", 10, Type.Bytes),
                Of("k", 11, Type.Message, ".relief.v1.Reply"), Of("l", 12, Type.Sfixed32), Of("income_fen", 14, Type.Int64), Of("n", 15, Type.Message, ".google.protobuf.BoolValue"), Of("o", 16, Type.Float), Of("p", 17, Type.Uint64),
                Of("q", 18, Type.Sint64), Of("r", 19, Type.Fixed32), Of("s", 20, Type.Sfixed64), Of("t", 21, Type.Uint32), Of("u", 22, Type.String, repeated: true),
            },
            NestedType = { entry },
        };
        return new FileDescriptorProto
        {
            Name = "relief/v1/relief.proto",
            Package = "relief.v1",
            Syntax = "proto3",
            Dependency = { "google/protobuf/timestamp.proto", "google/protobuf/wrappers.proto" },
            EnumType = { new EnumDescriptorProto { Name = "Kind", Value = { new EnumValueDescriptorProto { Name = "KIND_NONE", Number = 0 }, new EnumValueDescriptorProto { Name = "KIND_SUBSISTENCE", Number = 1 } } } },
            MessageType =
            {
                new DescriptorProto { Name = "Ask", Field = { Of("id_card", 1, Type.String), Of("full_name", 2, Type.String), Of("at_ms", 3, Type.Int64), Of("asked", 4, Type.Message, ".google.protobuf.Timestamp") } },
                reply,
            },
            Service = { new ServiceDescriptorProto { Name = "ReliefService", Method = { new MethodDescriptorProto { Name = Method, InputType = ".relief.v1.Ask", OutputType = ".relief.v1.Reply" } } } },
        };
    }

    private static FieldDescriptorProto Of(string name, int number, Type type, string named = "", bool repeated = false)
    {
        var field = new FieldDescriptorProto
        {
            Name = name,
            Number = number,
            Type = type,
            Label = repeated ? FieldDescriptorProto.Types.Label.Repeated : FieldDescriptorProto.Types.Label.Optional,
        };
        if (named.Length > 0)
        {
            field.TypeName = named;
        }

        return field;
    }
}
