using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Witness;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>What a witness is started with.</summary>
public sealed record WitnessAppOptions
{
    /// <summary>Where it listens; port 0 takes a free one. TLS ends before it.</summary>
    public required Uri Listen { get; init; }

    /// <summary>Folder of its key and its memory: never to be restored from an older copy.</summary>
    public required string Folder { get; init; }

    /// <summary>Its name, for example <c>witness.example/w1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Public keys of the logs that it watches.</summary>
    public required ImmutableArray<NoteKey> Logs { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where events go; null: the console.</summary>
    public ILoggerProvider? Events { get; init; }
}

/// <summary>
/// A witness (见证方) of c2sp.org/tlog-witness, for whoever holds a gateway to its word: another bureau, a court, an agency. It is small
/// on purpose and shares nothing with the gateway that it watches but this executable.
/// </summary>
public static class WitnessApp
{
    private const string KeyFile = "witness.skey";

    /// <summary>The witness, ready to run, and its public key. The caller starts and disposes it.</summary>
    /// <exception cref="StartRefusedException">The name, the key file or the folder does not allow it.</exception>
    public static (WebApplication App, NoteKey Key) Build(WitnessAppOptions options)
    {
        if (!NoteKey.IsName(options.Name))
        {
            throw new StartRefusedException("见证方名称不得含空格或加号 · The name of a witness holds no spaces and no plus signs");
        }

        Durably.CreateFolder(options.Folder);
        var signer = OpenOrCreateKey(options);
        var builder = WebApplication.CreateSlimBuilder();
        HostLogging.Configure(builder, options.Events);
        builder.WebHost.UseUrls(options.Listen.GetLeftPart(UriPartial.Authority)).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AddCheckpointRequest.BytesMax;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        var book = OpenBook(options, signer);
        builder.Services.AddSingleton(_ => book); // by factory: the container closes it
        var app = builder.Build();
        app.MapPost("/add-checkpoint", AddAsync);
        app.MapGet("/vkey", () => Results.Text($"{signer.Key}\n"));
        app.MapGet("/health/live", () => Results.Text("OK"));
        return (app, signer.Key);
    }

    private static async Task AddAsync(HttpContext context, WitnessBook book)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted); // Kestrel bounds it
        var reply = WitnessReply.Of(await book.AddAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted));
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }

    private static WitnessBook OpenBook(WitnessAppOptions options, NoteSigner signer)
    {
        try
        {
            return new WitnessBook(options.Folder, signer, options.Logs, options.Time);
        }
        catch (IOException e)
        {
            throw new StartRefusedException($"另一进程正在使用该目录 · Another process has the folder {options.Folder}: {e.Message}");
        }
    }

    /// <summary>The key is made at the first start. A process that dies while writing it leaves a file that is refused, and no cosignature.</summary>
    private static NoteSigner OpenOrCreateKey(WitnessAppOptions options)
    {
        var file = Path.Combine(options.Folder, KeyFile);
        if (!File.Exists(file))
        {
            var fresh = NoteSigner.Generate(options.Name, NoteAlgorithm.Cosignature);
            SecretFile.Write(file, fresh.Export());
            return fresh;
        }

        return NoteSigner.Parse(File.ReadAllText(file).Trim()) is { Key.Algorithm: NoteAlgorithm.Cosignature } signer && signer.Key.Name == options.Name
            ? signer
            : throw new StartRefusedException($"{file} 不是 {options.Name} 的密钥 · is not the key of {options.Name}");
    }
}
