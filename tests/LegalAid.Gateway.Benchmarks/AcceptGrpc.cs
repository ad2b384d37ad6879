using System.Collections.Immutable;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Contracts.Defence.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// Accepts over the wire: gRPC over h2c on loopback, token, policy, validation, ledger, receipt — against a service that does nothing with
/// the same request but to read it, and answers an answer that the gateway gave. Client, gateway and bare service share one process and
/// each pair of client and service one connection.
/// </summary>
internal static class AcceptGrpc
{
    private const int WarmUp = 200;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var count = settings.Scaled(12_000);
        var requests = NoticeSupply.Requests(first: 1, count + WarmUp);
        await using var bare = await BareService.StartAsync(await SampleAsync(settings.Store, requests[0], cancellationToken));
        Report.Line($"accept-grpc, {settings.Store.Name}: {requests[0].CalculateSize()} bytes there, {bare.Answer.CalculateSize()} back; one process, one connection");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var streams in settings.Producers)
        {
            var calls = streams == 1 ? count / 4 : count;
            var runs = await PairedRuns.RunAsync(
                settings.Pairs,
                () => MeasureAsync(bare.Client, requests, streams, calls, settings.Longest, cancellationToken),
                () => RealAsync(settings, requests, streams, calls, cancellationToken));
            rows.Add(runs.Row($"{streams} streams"));
        }

        Report.Table(PairedRuns.Heads, rows);
    }

    private static async Task<SubmitDefenceNoticeResponse> SampleAsync(
        StoreBench store, SubmitDefenceNoticeRequest request, CancellationToken cancellationToken)
    {
        await using var gateway = await BenchGateway.StartAsync(store, cancellationToken);
        return await gateway.Court.Defence.SubmitDefenceNoticeAsync(request, cancellationToken: cancellationToken);
    }

    private static async Task<RunFigures> RealAsync(
        BenchmarkSettings settings, ImmutableArray<SubmitDefenceNoticeRequest> requests, int streams, int calls, CancellationToken cancellationToken)
    {
        await using var gateway = await BenchGateway.StartAsync(settings.Store, cancellationToken);
        return await MeasureAsync(gateway.Court.Defence, requests, streams, calls, settings.Longest, cancellationToken);
    }

    private static async Task<RunFigures> MeasureAsync(
        DefenceService.DefenceServiceClient client, ImmutableArray<SubmitDefenceNoticeRequest> requests, int streams, int calls,
        TimeSpan longest, CancellationToken cancellationToken)
    {
        _ = await Load.RunAsync(streams, WarmUp, number => CallAsync(number));
        return await Load.RunAsync(streams, calls, number => CallAsync(WarmUp + number), longest);

        async Task CallAsync(int number)
        {
            var answer = await client.SubmitDefenceNoticeAsync(requests[number], cancellationToken: cancellationToken);
            if (answer.Outcomes.Count != 1 || answer.Outcomes[0].Receipt.Jws.Length == 0)
            {
                throw new InvalidOperationException("an answer without a receipt");
            }
        }
    }

    /// <summary>The contract's service with nothing behind it: no interceptor, no token, no store.</summary>
    private sealed class BareService : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly GrpcChannel _channel;

        private BareService(WebApplication app, SubmitDefenceNoticeResponse answer)
        {
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single()
                ?? throw new InvalidOperationException("the bare service has no address");
            (_app, Answer, _channel) = (app, answer, GrpcChannel.ForAddress(address));
            Client = new DefenceService.DefenceServiceClient(_channel);
        }

        public SubmitDefenceNoticeResponse Answer { get; }

        public DefenceService.DefenceServiceClient Client { get; }

        public static async Task<BareService> StartAsync(SubmitDefenceNoticeResponse answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
            builder.Services.AddGrpc();
            builder.Services.AddSingleton(new Bare(answer));
            var app = builder.Build();
            app.MapGrpcService<Bare>();
            await app.StartAsync();
            return new BareService(app, answer);
        }

        public async ValueTask DisposeAsync()
        {
            _channel.Dispose();
            await _app.DisposeAsync();
        }
    }

    private sealed class Bare(SubmitDefenceNoticeResponse answer) : DefenceService.DefenceServiceBase
    {
        public override Task<SubmitDefenceNoticeResponse> SubmitDefenceNotice(SubmitDefenceNoticeRequest request, ServerCallContext context) =>
            Task.FromResult(answer);
    }
}
