using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>HTTP/2 as no client speaks it, over plain text and TLS: the connection is ended or the stream refused, and another caller is served meanwhile.</summary>
public sealed class Http2AttackTests
{
    private const byte Whole = RawHttp2.EndStream | RawHttp2.EndHeaders;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RapidReset_ByThousands_EndsTheConnection(bool tls)
    {
        await using var scene = await AttackScene.StartAsync();
        await using var attacker = await scene.ConnectAsync(tls);
        var block = AttackScene.Block(tls, ("authorization", $"Bearer {await scene.Gateway[Notices.Court].TokenAsync(scene.Until)}")); // the dearest request there is

        var (sent, error) = await scene.FloodAsync(
            attacker, n => [.. RawHttp2.Frame(FrameType.Headers, RawHttp2.EndHeaders, (2 * n) + 1, block), .. RawHttp2.Reset((2 * n) + 1)], max: 50_000);

        Assert.True(error is null or AttackScene.EnhanceYourCalm, $"{sent} sent, error {error}");
        await scene.ServedAsync();
    }

    /// <summary>Calls that are given up are nothing unusual: up to the bound the connection lives, window by window, and with one more it does not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resets_AtTheBound_AreAllowedAndOneMoreEndsTheConnection(bool tls)
    {
        await using var scene = await AttackScene.StartAsync(new ConnectionSettings { ResetsMax = 5 });
        await using var caller = await scene.ConnectAsync(tls);
        var token = await scene.Gateway[Notices.Court].TokenAsync(scene.Until);
        var block = AttackScene.Block(tls, ("authorization", $"Bearer {token}"), ("expect", "100-continue"));
        var stream = 1;

        for (var window = 0; window < 2; window++, scene.Time.Passed += TimeSpan.FromSeconds(10))
        {
            for (var reset = 0; reset < 5; reset++)
            {
                await GiveUpAsync();
            }

            Assert.True(await scene.LivesAsync(caller), $"window {window}");
        }

        for (var reset = 0; reset < 6; reset++)
        {
            await GiveUpAsync();
        }

        Assert.Null(await caller.UntilAsync(_ => false, scene.Until));
        await scene.ServedAsync();

        // Given up once the gateway waits for its body, and counted once the line about it is written.
        async Task GiveUpAsync()
        {
            var lines = scene.Gateway.Logs.Count;
            await caller.SendAsync(RawHttp2.Frame(FrameType.Headers, RawHttp2.EndHeaders, stream, block), scene.Until);
            Assert.NotNull(await caller.UntilAsync(frame => frame.Type == FrameType.Headers && frame.Stream == stream, scene.Until));
            await caller.SendAsync(RawHttp2.Reset(stream), scene.Until);
            await Eventually.HoldsAsync(
                () => scene.Gateway.Logs.LinesFrom(lines).Any(line => line.Contains("DirectoryService/ListAgencies", StringComparison.Ordinal)), $"stream {stream} has ended");
            stream += 2;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streams_BeyondTheBound_AreRefusedOneByOne(bool tls)
    {
        await using var scene = await AttackScene.StartAsync(new ConnectionSettings { StreamsMax = 20 });
        await using var attacker = await scene.ConnectAsync(tls);
        var block = AttackScene.Block(tls, ("authorization", $"Bearer {await scene.Gateway[Notices.Court].TokenAsync(scene.Until)}"));
        for (var stream = 0; stream < 23; stream++)
        {
            await attacker.SendAsync(RawHttp2.Frame(FrameType.Headers, RawHttp2.EndHeaders, (2 * stream) + 1, block), scene.Until); // a body that never comes
        }

        for (var refused = 20; refused < 23; refused++)
        {
            var frame = await attacker.UntilAsync(frame => frame.Type is FrameType.ResetStream or FrameType.GoAway, scene.Until);
            Assert.Equal((FrameType.ResetStream, (2 * refused) + 1, AttackScene.RefusedStream), (frame?.Type, frame?.Stream, frame?.Error));
        }

        await scene.ServedAsync();
        Assert.True(await scene.LivesAsync(attacker));
    }

    [Theory]
    [InlineData(false, 101, 10)]
    [InlineData(true, 101, 10)]
    [InlineData(false, 4, 12_000)]
    [InlineData(true, 4, 12_000)]
    public async Task Headers_TooManyOrTooLarge_AreAnsweredWith431(bool tls, int count, int length)
    {
        await using var scene = await AttackScene.StartAsync();
        await using var attacker = await scene.ConnectAsync(tls);

        await SendHeadersAsync(scene, attacker, AttackScene.Block(tls, Enumerable.Range(0, count).Select(n => ($"x-{n}", new string('a', length)))));

        var answer = await attacker.UntilAsync(frame => frame.Stream == 1, scene.Until);
        Assert.Equal(FrameType.Headers, answer?.Type);
        Assert.Contains("431", Encoding.Latin1.GetString(answer?.Payload ?? []), StringComparison.Ordinal);
        await scene.ServedAsync();
    }

    /// <summary>Twice the bound and more is not read to its end; neither is what a few bytes become by the table of headers.</summary>
    [Theory]
    [InlineData(false, "plain")]
    [InlineData(true, "plain")]
    [InlineData(false, "by the table")]
    [InlineData(true, "by the table")]
    public async Task HeaderList_WithoutMeasure_EndsTheConnection(bool tls, string how)
    {
        await using var scene = await AttackScene.StartAsync();
        await using var attacker = await scene.ConnectAsync(tls);
        byte[] block = how == "plain"
            ? AttackScene.Block(tls, Enumerable.Range(0, 40).Select(n => ($"x-{n}", new string('a', 4_000))))
            : [.. AttackScene.Block(tls), .. RawHttp2.IndexedField("x", new string('a', 3_900)), .. Enumerable.Repeat((byte)0xBE, 4_000)];

        await SendHeadersAsync(scene, attacker, block);

        var end = await attacker.UntilAsync(frame => frame.Type == FrameType.GoAway, scene.Until);
        Assert.Equal(AttackScene.ProtocolError, end?.Error);
        await scene.ServedAsync();
    }

    [Theory]
    [InlineData(false, 16_000)]
    [InlineData(true, 16_000)]
    [InlineData(false, 20)]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    public async Task ContinuationFlood_OfAnySize_EndsTheConnection(bool tls, int bytes)
    {
        await using var scene = await AttackScene.StartAsync(new ConnectionSettings { HeadersTimeout = TimeSpan.FromSeconds(1) });
        await using var attacker = await scene.ConnectAsync(tls);
        await attacker.SendAsync(RawHttp2.Frame(FrameType.Headers, 0, 1, AttackScene.Block(tls)), scene.Until);
        var part = bytes == 0 ? [] : RawHttp2.Field("x", new string('a', bytes - 5));

        var (sent, error) = await scene.FloodAsync(attacker, _ => RawHttp2.Frame(FrameType.Continuation, 0, 1, part), max: 2_000_000);

        Assert.True(bytes == 0 ? error is null : error is null or AttackScene.ProtocolError, $"{sent} sent, error {error}"); // nothing but time bounds empty ones
        await scene.ServedAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frame_LargerThanAnnounced_EndsTheConnection(bool tls)
    {
        const uint FrameSize = 6;
        await using var scene = await AttackScene.StartAsync();
        await using var attacker = await scene.ConnectAsync(tls);

        await attacker.SendAsync(RawHttp2.Frame(FrameType.Headers, Whole, 1, new byte[(16 << 10) + 1]), scene.Until);

        Assert.Equal(FrameSize, (await attacker.UntilAsync(frame => frame.Type == FrameType.GoAway, scene.Until))?.Error);
        await scene.ServedAsync();
    }

    /// <summary>In as many frames as it takes.</summary>
    private static async Task SendHeadersAsync(AttackScene scene, RawHttp2 attacker, byte[] block)
    {
        var parts = block.Chunk(16 << 10).ToList();
        try
        {
            for (var part = 0; part < parts.Count; part++)
            {
                var last = part == parts.Count - 1 ? RawHttp2.EndHeaders : (byte)0;
                await attacker.SendAsync(
                    part == 0 ? RawHttp2.Frame(FrameType.Headers, (byte)(RawHttp2.EndStream | last), 1, parts[part]) : RawHttp2.Frame(FrameType.Continuation, last, 1, parts[part]), scene.Until);
            }
        }
        catch (IOException)
        {
            // It was ended before we were done.
        }
    }
}
