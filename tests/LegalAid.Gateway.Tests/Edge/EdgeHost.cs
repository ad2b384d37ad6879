using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using LegalAid.Gateway.Api.OpenApi;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Access;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Limits;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Quotas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>The edge on real sockets, in front of services that echo. Errors that the host logs are kept: a test may demand none.</summary>
public sealed class EdgeHost : IAsyncLifetime
{
    public const int BodyMax = 64 * 1024;

    private WebApplication? _app;

    public HttpClient Http { get; } = new();

    public GrpcChannel Channel { get; private set; } = null!; // set before any test runs

    public string GrpcAddress { get; private set; } = "";

    public ConcurrentQueue<string> Errors { get; } = new();

    public UploadWatch Uploads { get; } = new();

    public IServiceProvider Services => _app!.Services; // set before any test runs

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new ErrorLog(Errors));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRouting();
        builder.Services.AddSingleton<ICallGate, OpenGate>(); // these tests are about form; nobody is authenticated here
        builder.Services.AddSingleton<ICallLimits, OpenGate>();
        builder.Services.AddSingleton<IAccessWitness, OpenGate>();
        builder.Services.AddSingleton(Uploads);
        builder.Services.AddGatewayEdge(ResidentNumberRules.Demonstration, options => options.RequestBytesMax = BodyMax);
        _app = builder.Build();
        _app.UseGatewayEdge(between => between.Use(async (context, next) =>
        {
            if (context.Request.Headers.Authorization == "none")
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            if (context.Request.Headers.Authorization == "broken")
            {
                throw new InvalidOperationException("secret of the inside");
            }

            if (context.Request.Headers.ContainsKey("Hurry"))
            {
                context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.1));
            }

            await next(context);
        }));
        _app.MapGrpcService<EchoDefence>();
        _app.MapGrpcService<EchoExchanges>();
        _app.MapGrpcService<EchoMailbox>();
        _app.MapGrpcService<EchoDirectory>();
        _app.MapGrpcService<SlowUploads>();
        _app.MapGatewayOpenApi();
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Http.BaseAddress = new Uri(addresses[0]);
        GrpcAddress = addresses[1];
        Channel = GrpcChannel.ForAddress(GrpcAddress, new GrpcChannelOptions { MaxSendMessageSize = null });
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private sealed class OpenGate : ICallGate, ICallLimits, IAccessWitness
    {
        public ValueTask CountAsync(HttpContext context, SharingDecision.Allowed grant, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<QuotaWait?> CountAsync(QuotaUser user, SharingDecision.Allowed grant, CancellationToken cancellationToken) => default;

        public ValueTask KeepAsync(HttpContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public AdmittedCall? Admit(HttpContext context, string method) => null;

        public AdmittedCall AdmitService(HttpContext context, AgencyId agency, string service, ExchangeAtHand? exchange) => throw new NotSupportedException("there are no services here");

        public AdmittedCall Admit(AgencyId agency, string? purpose, string operation) => throw new NotSupportedException("there are no files here");
    }

    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
            {
                errors.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}

internal sealed class EchoDefence : DefenceService.DefenceServiceBase
{
    public override Task<SubmitDefenceNoticeResponse> SubmitDefenceNotice(SubmitDefenceNoticeRequest request, ServerCallContext context)
    {
        var response = new SubmitDefenceNoticeResponse();
        response.Outcomes.Add(new DefenceNoticeOutcome { Notice = new DefenceNotice { Name = "echo/" + request.RequestId } });
        return Task.FromResult(response);
    }

    public override Task<DefenceNotice> GetDefenceNotice(GetDefenceNoticeRequest request, ServerCallContext context) => request.Name switch
    {
        "defenceNotices/bug" => throw new InvalidOperationException("secret of the inside"),
        "defenceNotices/missing" => throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")),
        "defenceNotices/several" => throw Refusals.Of(
            new Fault(EdgeFaults.WrongState), new Fault(EdgeFaults.Denied), new Fault(GeneralFaults.Required, "x")),
        "defenceNotices/state" => throw new RpcException(new Status(StatusCode.FailedPrecondition, "raw")),
        _ => Task.FromResult(new DefenceNotice { Name = request.Name }),
    };

    public override Task<ListDefenceNoticesResponse> ListDefenceNotices(ListDefenceNoticesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListDefenceNoticesResponse { NextPageToken = $"{request.PageSize}/{request.PageToken}" });

    public override Task<DefenceNoticeOutcome> WithdrawDefenceNotice(WithdrawDefenceNoticeRequest request, ServerCallContext context) =>
        Task.FromResult(new DefenceNoticeOutcome
        {
            Notice = new DefenceNotice { Name = request.Name, Exchange = new Contracts.Exchanges.V1.Exchange { Version = request.ExpectedVersion } },
        });
}

internal sealed class EchoExchanges(PayloadCodec payloads) : ExchangeService.ExchangeServiceBase
{
    public override Task<OpenExchangeResponse> OpenExchange(OpenExchangeRequest request, ServerCallContext context)
    {
        var response = new OpenExchangeResponse();
        for (var i = 0; i < request.Openings.Count; i++)
        {
            var (payload, faults) = payloads.Read("legalaid.defence.v1.Notice", request.Openings[i].Payload, $"openings[{i}].payload");
            if (payload is null)
            {
                throw new RefusalException(faults);
            }

            response.Outcomes.Add(new StepOutcome
            {
                Receipt = new Receipt { PayloadDigest = Casework.Json.CanonicalJson.Digest(payload.CanonicalJson) },
            });
        }

        return Task.FromResult(response);
    }
}

internal sealed class EchoMailbox : MailboxService.MailboxServiceBase
{
    public override async Task ReceiveDeliveries(
        ReceiveDeliveriesRequest request, IServerStreamWriter<Delivery> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new Delivery { Name = "mailbox/deliveries/1" }, context.CancellationToken);
        if (request.MaxOutstanding == 1)
        {
            throw Refusals.Of(new Fault(EdgeFaults.Unavailable));
        }

        // The stream stays open until the caller leaves, so a caller that saw the first line saw it unbuffered.
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
    }

    public override Task<PullDeliveriesResponse> PullDeliveries(PullDeliveriesRequest request, ServerCallContext context) =>
        Task.FromResult(new PullDeliveriesResponse());
}

internal sealed class EchoDirectory : DirectoryService.DirectoryServiceBase
{
    public override Task<ListAgenciesResponse> ListAgencies(ListAgenciesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListAgenciesResponse { NextPageToken = request.Region });
}

/// <summary>What became of the one upload that a test makes.</summary>
public sealed class UploadWatch
{
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What its service came upon when it read on.</summary>
    public TaskCompletionSource<Exception?> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Takes one message, waits until the caller has left, and reads on.</summary>
internal sealed class SlowUploads(UploadWatch watch) : AttachmentService.AttachmentServiceBase
{
    public override async Task<Upload> UploadAttachment(IAsyncStreamReader<UploadAttachmentRequest> requestStream, ServerCallContext context)
    {
        await requestStream.MoveNext(CancellationToken.None);
        var left = new TaskCompletionSource();
        await using var registration = context.CancellationToken.Register(left.SetResult);
        watch.Begun.SetResult();
        await left.Task;
        try
        {
            await requestStream.MoveNext(CancellationToken.None);
            watch.Ended.SetResult(null);
        }
        catch (Exception told)
        {
            watch.Ended.SetResult(told);
            throw;
        }

        return new Upload();
    }
}

internal static class ProblemReading
{
    /// <summary>"field code" of each fault, in order.</summary>
    public static async Task<(string Code, string[] Faults)> ReadProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var root = problem.RootElement;
        var code = root.GetProperty("code").GetString()!;
        Assert.Equal((int)response.StatusCode, root.GetProperty("status").GetInt32());
        Assert.Equal("urn:legalaid:error:" + code, root.GetProperty("type").GetString());
        Assert.NotEmpty(root.GetProperty("traceId").GetString()!);
        Assert.NotEmpty(root.GetProperty("title").GetString()!);
        Assert.NotEmpty(root.GetProperty("titleEn").GetString()!);
        return (code, [.. root.GetProperty("faults").EnumerateArray()
            .Select(fault => $"{fault.GetProperty("field").GetString()} {fault.GetProperty("code").GetString()}".Trim())]);
    }
}
