using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Contracts.Directory.V1;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// What checking a token adds to a unary gRPC call: the health of one gateway, which anybody may ask, asked with a token, that the gateway checks before it
/// looks whether it needs one. The floor of the check is the same call with the same bytes in a header that nobody reads, so that carrying them falls on both; beside it
/// stands the call without any header. Callers and gateway share the process, each kind of caller has a connection.
/// </summary>
internal static class TokenCheck
{
    private const int WarmUp = 2_000;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await using var gateway = await BenchGateway.StartAsync(settings.Store, cancellationToken);
        var token = await gateway.Court.TokenAsync(cancellationToken);
        using var shown = Channel("Authorization", $"Bearer {token}");
        using var unread = Channel("X-Unread", $"Bearer {token}");
        using var bare = Channel(null, "");
        using var forged = Channel("Authorization", $"Bearer {token[..^4]}AAAA");
        var with = new Health.HealthClient(shown);

        // The same middleware stands before every method; a health check is answered either way, so that who is asked says whether it took the token.
        if (!await IsTakenAsync(shown) || await IsTakenAsync(forged))
        {
            throw new InvalidOperationException("the gateway does not tell a token from a forged one: there is nothing to measure");
        }

        Report.Line("token-check: the same call without the check is the floor; one process, one gateway; a forged token was refused before");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (name, floor) in new[] { ("the header unread", new Health.HealthClient(unread)), ("no header", new Health.HealthClient(bare)) })
        {
            foreach (var callers in settings.Producers)
            {
                var count = settings.Scaled(callers == 1 ? 16_000 : 60_000);
                var runs = await PairedRuns.RunAsync(settings.Pairs, () => MeasureAsync(floor, callers, count), () => MeasureAsync(with, callers, count));
                rows.Add(runs.Row($"{name}, {callers} callers"));
            }
        }

        Report.Table(PairedRuns.Heads, rows);

        GrpcChannel Channel(string? header, string value) => GrpcChannel.ForAddress(gateway.Grpc, new GrpcChannelOptions
        {
            HttpHandler = new HeaderHandler(header, value) { InnerHandler = new SocketsHttpHandler() }, DisposeHttpClient = true,
        });

        async Task<bool> IsTakenAsync(GrpcChannel channel)
        {
            try
            {
                _ = await new DirectoryService.DirectoryServiceClient(channel).WhoAmIAsync(new WhoAmIRequest(), cancellationToken: cancellationToken);
                return true;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.Unauthenticated)
            {
                return false;
            }
        }

        async Task<RunFigures> MeasureAsync(Health.HealthClient client, int callers, int count)
        {
            _ = await Load.RunAsync(callers, WarmUp, CallAsync);
            return await Load.RunAsync(callers, count, CallAsync, settings.Longest);

            async Task CallAsync(int number) => _ = await client.CheckAsync(new HealthCheckRequest(), cancellationToken: cancellationToken);
        }
    }

    /// <summary>Adds one header as it is, the same for each call; none where it has no name.</summary>
    private sealed class HeaderHandler(string? name, string value) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (name is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
