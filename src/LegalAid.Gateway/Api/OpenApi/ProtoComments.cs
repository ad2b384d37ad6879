using System.Collections.Frozen;
using System.Reflection;
using Google.Protobuf.Reflection;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>The comments of the proto files by full name, read from the descriptor set that the contracts' build embeds.</summary>
internal sealed class ProtoComments
{
    private const string Resource = "legalaid.protoset";

    // Field numbers of descriptor.proto, of which a location's path is made.
    private const int FileMessage = 4;
    private const int FileEnum = 5;
    private const int FileService = 6;
    private const int MessageField = 2;
    private const int MessageNested = 3;
    private const int MessageEnum = 4;
    private const int EnumValue = 2;
    private const int ServiceMethod = 2;

    private readonly FrozenDictionary<string, string> _byName;

    private ProtoComments(FrozenDictionary<string, string> byName) => _byName = byName;

    /// <summary>The comment of an element, one line; empty where there is none.</summary>
    public string Of(string fullName) => _byName.GetValueOrDefault(fullName, "");

    /// <summary>Reads the assembly's descriptor set; a build without one is a bug.</summary>
    public static ProtoComments Load(Assembly contracts)
    {
        using var stream = contracts.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{contracts.GetName().Name} embeds no {Resource}.");
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File)
        {
            foreach (var location in file.SourceCodeInfo.Location.Where(location => location.HasLeadingComments))
            {
                if (Name(file, [.. location.Path]) is { } name)
                {
                    comments[name] = OneLine(location.LeadingComments);
                }
            }

            // A file says what it is about above its package.
            var about = file.SourceCodeInfo.Location.FirstOrDefault(location => location.HasLeadingComments && location.Path is [2]);
            if (about is not null)
            {
                comments[file.Package] = OneLine(about.LeadingComments);
            }
        }

        return new ProtoComments(comments.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static string OneLine(string comment) =>
        string.Join(' ', comment.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string? Name(FileDescriptorProto file, int[] path) => path switch
    {
        [FileMessage, var message, .. var rest] => Name(file.MessageType[message], file.Package, rest),
        [FileEnum, var type, .. var rest] => Name(file.EnumType[type], file.Package, rest),
        [FileService, var service] => $"{file.Package}.{file.Service[service].Name}",
        [FileService, var service, ServiceMethod, var method] =>
            $"{file.Package}.{file.Service[service].Name}.{file.Service[service].Method[method].Name}",
        _ => null,
    };

    private static string? Name(DescriptorProto message, string scope, int[] path)
    {
        var name = $"{scope}.{message.Name}";
        return path switch
        {
            [] => name,
            [MessageField, var field] => $"{name}.{message.Field[field].Name}",
            [MessageNested, var nested, .. var rest] => Name(message.NestedType[nested], name, rest),
            [MessageEnum, var type, .. var rest] => Name(message.EnumType[type], name, rest),
            _ => null,
        };
    }

    private static string? Name(EnumDescriptorProto type, string scope, int[] path)
    {
        var name = $"{scope}.{type.Name}";
        return path switch
        {
            [] => name,
            // Values are siblings of their type in protobuf's own scoping; here they stand under it.
            [EnumValue, var value] => $"{name}.{type.Value[value].Name}",
            _ => null,
        };
    }
}
