using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Finds what a method takes and gives: in a descriptor set, or by asking the server (gRPC server reflection).</summary>
internal static class GrpcDescriptors
{
    private const int FilesMax = 500;

    /// <summary>Null where the set is none, or has no such unary method.</summary>
    public static MethodDescriptor? Find(ReadOnlySpan<byte> set, string service, string method)
    {
        try
        {
            return Find(FileDescriptorSet.Parser.ParseFrom(set).File, service, method);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Asks the server. Null where it does not know the method.</summary>
    /// <exception cref="RpcException">It does not answer, or has no reflection.</exception>
    public static async Task<MethodDescriptor?> AskAsync(CallInvoker server, string service, string method, CancellationToken cancellationToken)
    {
        using var call = new ServerReflection.ServerReflectionClient(server).ServerReflectionInfo(cancellationToken: cancellationToken);
        var files = new Dictionary<string, FileDescriptorProto>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var next = new ServerReflectionRequest { FileContainingSymbol = service };
        while (files.Count <= FilesMax)
        {
            await WriteAsync(() => call.RequestStream.WriteAsync(next, cancellationToken));
            if (!await call.ResponseStream.MoveNext(cancellationToken) || call.ResponseStream.Current.FileDescriptorResponse is not { } found)
            {
                return null;
            }

            foreach (var file in found.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom))
            {
                files[file.Name] = file;
            }

            if (files.Values.SelectMany(file => file.Dependency).FirstOrDefault(name => !files.ContainsKey(name) && asked.Add(name)) is not { } missing)
            {
                await WriteAsync(call.RequestStream.CompleteAsync);
                return Find(files.Values, service, method);
            }

            next = new ServerReflectionRequest { FileByFilename = missing };
        }

        return null;
    }

    private static async Task WriteAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception cut) when (cut is IOException or InvalidOperationException)
        {
            // The server ended the call while it was written to: the call's own status, which reading tells, says why.
        }
    }

    private static MethodDescriptor? Find(IEnumerable<FileDescriptorProto> files, string service, string method)
    {
        try
        {
            return FileDescriptor.BuildFromByteStrings(InOrder([.. files]).Select(file => file.ToByteString()))
                .SelectMany(file => file.Services).FirstOrDefault(found => found.FullName == service)?.FindMethodByName(method) is { IsClientStreaming: false, IsServerStreaming: false } unary ? unary : null;
        }
        catch (Exception incomplete) when (incomplete is ArgumentException or DescriptorValidationException)
        {
            return null; // an import is missing
        }
    }

    /// <summary>What is imported comes before what imports it.</summary>
    private static List<FileDescriptorProto> InOrder(List<FileDescriptorProto> files)
    {
        var (ordered, placed) = (new List<FileDescriptorProto>(), new HashSet<string>(StringComparer.Ordinal));
        while (files.Find(file => !placed.Contains(file.Name) && file.Dependency.All(placed.Contains)) is { } next)
        {
            ordered.Add(next);
            placed.Add(next.Name);
        }

        return ordered;
    }
}
