using System.Net.Sockets;
using System.Text.Json;
using LegalAid.Gateway.Agencies.Peers;
using LegalAid.Gateway.Agencies.Verification;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Operations.KeyChanges;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace LegalAid.Gateway.Operations.Socket;

/// <summary>
/// The operators' way into the running gateway: a Unix domain socket in the work folder that its owner alone may open. Who may open it may
/// read the keys beside it anyway: that is the authorisation, and the name an act is done under is what its caller says.
/// <para>It is a server of its own, so that no route of it can ever be reached by a network listener, and JSON over HTTP rather than a
/// proto: both ends are one executable, and <c>curl --unix-socket</c> is the debugger. Where the process dies the file stays; the next start,
/// which holds the store's lock, takes it away.</para>
/// </summary>
internal sealed class OperationsSocket(
    DeliveryDesk desk, FeedDesk feeds, EnrolmentDesk enrolments, InvitationDesk invitations, Rewrapping rewrapping, KeyDesk keys, ConfigurationArchive archive,
    ConfigurationReload reload, SourcePipelines sources, PeerTestDesk peers, ISnapshotSource configuration, GatewaySettings settings, GatewayHostOptions host,
    ILogger<OperationsSocket> logger) : IHostedService
{
    public const string FileName = "gateway.sock";

    private const int RequestBytesMax = 1 << 20;
    private const int ListedMax = 200;

    private WebApplication? _server;

    private string Path => System.IO.Path.GetFullPath(FileName, host.WorkingFolder.Length == 0 ? Environment.CurrentDirectory : System.IO.Path.GetFullPath(host.WorkingFolder));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!settings.Operations.Socket)
        {
            return;
        }

        try
        {
            File.Delete(Path);
            _server = Build();
            await _server.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentOutOfRangeException or UnauthorizedAccessException)
        {
            // A folder that allows no sockets, or a path that is too long for one, is no reason not to serve.
            Log.SocketNotOpened(logger, Path, e.Message);
            await StopAsync(CancellationToken.None);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync(cancellationToken);
            await server.DisposeAsync();
            File.Delete(Path);
        }
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders(); // what an act changed is evidence; what goes wrong is answered to who asked
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endPoint =>
        {
            // Bound but not yet listening, nobody can connect: the mode is set before anybody could.
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return socket;
        });
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBytesMax;
            kestrel.ListenUnixSocket(Path);
        });
        var app = builder.Build();
        Map<JsonElement>(app, "/deliveries/overview", async (context, _) =>
            await AnswerAsync(context, OverviewAnswer.Of(await desk.OverviewAsync(context.RequestAborted))));
        Map<ListRequest>(app, "/deliveries/list", ListAsync);
        Map<PreviewRequest>(app, "/deliveries/preview", PreviewAsync);
        Map<ActRequest>(app, "/deliveries/replay", (context, request) => ActAsync(context, request, desk.ReplayAsync));
        Map<ActRequest>(app, "/deliveries/write-off", (context, request) => ActAsync(context, request, desk.WriteOffAsync));
        Map<RecipientRequest>(app, "/recipients/suspend", (context, request) => RecipientAsync(context, request, desk.SuspendAsync));
        Map<RecipientRequest>(app, "/recipients/resume", (context, request) => RecipientAsync(context, request, desk.ResumeAsync));
        Map<FeedsRequest>(app, "/calendars/list", FeedsAsync);
        Map<RevokeFeedRequest>(app, "/calendars/revoke", RevokeFeedAsync);
        Map<InviteRequest>(app, "/enrolments/invite", InviteAsync);
        Map<JsonElement>(app, "/enrolments/list", async (context, _) =>
            await AnswerAsync(context, new EnrolledAnswer([.. (await enrolments.ListAsync(context.RequestAborted)).Select(EnrolledLine.Of)])));
        Map<ClientRequest>(app, "/enrolments/shut-out", (context, request) => SetEnabledAsync(context, request, enabled: false));
        Map<ClientRequest>(app, "/enrolments/let-in", (context, request) => SetEnabledAsync(context, request, enabled: true));
        Map<RetireRequest>(app, "/keys/retire", async (context, request) => await ToldAsync(
            context, await keys.RetireOnMachineAsync(request.Kid, request.Compromised, request.By, request.Reason ?? "", context.RequestAborted)));
        Map<TakeRequest>(app, "/keys/take", async (context, request) => await ToldAsync(
            context, await keys.TakeOnMachineAsync(request.Key, request.By, request.Reason, context.RequestAborted)));
        Map<JsonElement>(app, "/configuration/status", (context, _) => AnswerAsync(context, new ConfigurationAnswer(archive.Current.Digest, archive.Waiting)));
        Map<ActivateRequest>(app, "/configuration/activate", async (context, request) => await ToldAsync(
            context, await reload.ActivateWithoutApprovalAsync(request.Digest, request.By, request.Reason, context.RequestAborted)));
        Map<JsonElement>(app, "/connectors/list", (context, _) => AnswerAsync(context, Sources()));
        Map<PeerTestRequest>(app, "/peers/test", TestPeerAsync);
        Map<PeerLookRequest>(app, "/peers/look", async (context, request) => await (await peers.LookAsync(new ExchangeId(request.Exchange), context.RequestAborted) is { } reading
            ? AnswerAsync(context, new PeerLookAnswer([.. reading.Rungs.Select(PeerRungLine.Of)]))
            : RefuseAsync(context, "没有这个测试 · There is no such test")));
        Map<JsonElement>(app, "/keys/rewrap", (context, _) => RewrapAsync(context));
        return app;
    }

    private static void Map<T>(WebApplication app, string path, Func<HttpContext, T, Task> handle) => app.MapPost(path, (RequestDelegate)(async context =>
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, SocketJson.Options, context.RequestAborted);
            await handle(context, request ?? throw new JsonException("the document is null"));
        }
        catch (JsonException e)
        {
            await RefuseAsync(context, e.Message);
        }
    }));

    /// <summary>Every connector of the active configuration, those that were asked with how they fare.</summary>
    private SourcesAnswer Sources()
    {
        var states = sources.States.ToDictionary(state => (state.Agency, state.Connector));
        return new SourcesAnswer([.. from agency in configuration.Current.Agencies.All from connector in agency.Connectors select SourceLine.Of(agency, connector, states.GetValueOrDefault((agency.Id, connector.Id)))]);
    }

    private async Task TestPeerAsync(HttpContext context, PeerTestRequest request)
    {
        AgencyId? near = null, far = null;
        if (!AgencyId.TryParse(request.Gateway, out var gateway) || !IsIdOrNone(request.Near, ref near) || !IsIdOrNone(request.Far, ref far))
        {
            await RefuseAsync(context, "机构编号的格式不对 · An agency's id is malformed");
            return;
        }

        var (test, refused) = await peers.BeginAsync(gateway, near, far, context.RequestAborted);
        await (test is null
            ? RefuseAsync(context, $"{refused?.Zh} · {refused?.En}")
            : AnswerAsync(context, new PeerTestAnswer(test.Near.Value, test.Far.Value, test.Reaching.TotalMilliseconds, test.Cause, test.Differing, test.Exchange?.Value)));

        static bool IsIdOrNone(string? text, ref AgencyId? id)
        {
            if (text is null)
            {
                return true;
            }

            var well = AgencyId.TryParse(text, out var parsed);
            id = parsed;
            return well;
        }
    }

    private async Task InviteAsync(HttpContext context, InviteRequest request)
    {
        var terms = new InviteTerms(request.Agency, request.ClientId, request.Binding, request.Signs, request.Hours);
        var (code, fault) = await invitations.InviteAsync(terms, request.By, context.RequestAborted);
        await (fault == InviteFault.None
            ? AnswerAsync(context, new InviteAnswer(code, settings.PublicAddress.AbsoluteUri))
            : RefuseAsync(context, $"{InviteFaults.TextOf(fault).Zh} · {InviteFaults.TextOf(fault).En}"));
    }

    private async Task SetEnabledAsync(HttpContext context, ClientRequest request, bool enabled) => await AnswerAsync(
        context, new ChangedAnswer(await enrolments.SetEnabledAsync(request.ClientId, enabled, request.By, context.RequestAborted)));

    private async Task ListAsync(HttpContext context, ListRequest request)
    {
        switch (request.Selection.Read())
        {
            case (DeliverySelection.Matching matching, _):
                var query = new StoppedQuery(
                    matching.Status, Math.Clamp(request.Count, 1, ListedMax), matching.Recipient, matching.Cause, matching.Exchange, matching.From, matching.Until,
                    request is { AfterAt: { } at, AfterId: { } id } ? (at, new DeliveryId(id)) : null);
                await AnswerAsync(context, new ListAnswer([.. (await desk.ListAsync(query, context.RequestAborted)).Select(StoppedAnswer.Of)]));
                break;
            case (null, { } fault):
                await RefuseAsync(context, fault);
                break;
            default:
                await RefuseAsync(context, "列表不按编号查询 · A list is not asked by ids");
                break;
        }
    }

    private async Task PreviewAsync(HttpContext context, PreviewRequest request)
    {
        if (request.Selection.Read() is not ({ } selection, _))
        {
            await RefuseAsync(context, request.Selection.Read().Fault ?? "");
            return;
        }

        var preview = await desk.PreviewAsync(selection, Math.Clamp(request.First, 0, ListedMax), context.RequestAborted);
        await AnswerAsync(context, new PreviewAnswer(preview.Count, [.. preview.First.Select(id => id.Value)]));
    }

    /// <summary>Answers a line for each page as it is done. Where the caller leaves, the page under way is done and no further one.</summary>
    private static async Task ActAsync(
        HttpContext context, ActRequest request,
        Func<DeliverySelection, OperatorAct, CancellationToken, IAsyncEnumerable<System.Collections.Immutable.ImmutableArray<DeliveryId>>> act)
    {
        if (request.Selection.Read() is not ({ } selection, _))
        {
            await RefuseAsync(context, request.Selection.Read().Fault ?? "");
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        await foreach (var page in act(selection, new OperatorAct(request.By, request.Reason), context.RequestAborted))
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, new PageAnswer(page.Length), SocketJson.Options, context.RequestAborted);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Answers a line for each page. Where the caller leaves, the page under way is not finished, and the next run does the rest.</summary>
    private async Task RewrapAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var (seen, rewrapped) in rewrapping.RunAsync(context.RequestAborted))
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, new RewrapAnswer(seen, rewrapped), SocketJson.Options, context.RequestAborted);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private async Task RecipientAsync(HttpContext context, RecipientRequest request, Func<AgencyId, OperatorAct, CancellationToken, ValueTask<bool>> act)
    {
        if (!AgencyId.TryParse(request.Agency, out var agency) || configuration.Current.Agencies.Find(agency) is null)
        {
            await RefuseAsync(context, $"{request.Agency} 不在机构目录中 · is not in the directory of agencies");
            return;
        }

        await AnswerAsync(context, new ChangedAnswer(await act(agency, new OperatorAct(request.By, request.Reason), context.RequestAborted)));
    }

    private async Task FeedsAsync(HttpContext context, FeedsRequest request)
    {
        if (!AgencyId.TryParse(request.Agency, out var agency))
        {
            await RefuseAsync(context, $"{request.Agency} 不是机构编号 · is no agency's id");
            return;
        }

        var before = request.Before is { } last ? new CalendarFeedId(last) : (CalendarFeedId?)null;
        await AnswerAsync(context, new FeedsAnswer([.. (await feeds.ListAsync(agency, before, ListedMax, context.RequestAborted)).Select(FeedLine.Of)]));
    }

    private async Task RevokeFeedAsync(HttpContext context, RevokeFeedRequest request) => await AnswerAsync(
        context, new ChangedAnswer(await feeds.RevokeAsync(new CalendarFeedId(request.Feed), new OperatorAct(request.By, request.Reason), context.RequestAborted)));

    private static Task ToldAsync(HttpContext context, LocalizedText? why) =>
        why is null ? AnswerAsync(context, new ChangedAnswer(true)) : RefuseAsync(context, $"{why.Zh} · {why.En}");

    private static Task AnswerAsync<T>(HttpContext context, T answer) =>
        context.Response.WriteAsJsonAsync(answer, SocketJson.Options, context.RequestAborted);

    private static Task RefuseAsync(HttpContext context, string fault)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return AnswerAsync(context, new FaultAnswer(fault));
    }
}
