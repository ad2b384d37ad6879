using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Identity.Staff;
using LegalAid.Gateway.Operations.ConfigurationChanges;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Operations.KeyChanges;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>The staff's pages and what stands behind them: approvals, their worker, forms that only our pages post.</summary>
internal static class HostConsole
{
    private const int FormBytesMax = 64 << 10;

    /// <summary>Nothing from elsewhere, no script, no frame, and forms go nowhere but here.</summary>
    private const string ContentPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>To be called after everything else that adds authentication.</summary>
    public static IServiceCollection AddGatewayConsole(this IServiceCollection services)
    {
        services.AddSingleton<IApprovedAct, EraseAct>();
        services.AddSingleton<IApprovedAct, InviteAct>();
        services.AddSingleton<IApprovedAct, ConfigureAct>();
        services.AddSingleton<IApprovedAct, TakeKeyAct>();
        services.AddSingleton<IApprovedAct, RetireKeyAct>();
        services.AddSingleton<IApprovedAct, ReviewAct>();
        services.AddSingleton<ReviewBook>();
        services.AddSingleton<ApprovalDesk>();
        services.AddHostedService<ApprovalWorker>();
        services.AddSingleton<ConsoleDesk>();
        services.AddRazorComponents();

        // The framework's own key ring is not used (the identity module has one for all nodes), and would be made in a home folder at the start.
        foreach (var ring in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(ring);
        }

        return services;
    }

    /// <summary>Serves the pages under <c>/console</c>. All but the way in need a member of staff.</summary>
    public static void MapGatewayConsole(this WebApplication app)
    {
        var pages = app.MapGroup("/console").AddEndpointFilter(GuardAsync);
        var desk = app.Services.GetRequiredService<ConsoleDesk>();

        pages.MapGet("/style.css", () => Results.Text(ConsolePages.ConsoleStyle.Text, "text/css; charset=utf-8")).Anonymous(AnonymousUse.Read);
        pages.MapGet("/sign-in", (Delegate)desk.SignInPage).Anonymous(AnonymousUse.Read);
        pages.MapGet("/sign-in/{agency}/start", (Delegate)desk.StartAsync).Anonymous(AnonymousUse.Read);
        pages.MapGet("/sign-in/{agency}", (Delegate)desk.ReturnAsync).Anonymous(AnonymousUse.Attempt);

        // As delegates: taken for request delegates, which their signatures fit too, their results would be dropped.
        var inside = pages.MapGroup("").RequireAuthorization(StaffSession.Scheme);
        inside.MapGet("", () => Results.Redirect(StaffSession.Home));
        inside.MapPost("/sign-out", (Delegate)desk.SignOutAsync);
        inside.MapGet("/approvals", (Delegate)desk.ListAsync);
        inside.MapGet("/approvals/new", (Delegate)desk.AskPage);
        inside.MapPost("/approvals", (Delegate)desk.AskAsync);
        inside.MapGet("/approvals/new-system", (Delegate)desk.AskSystemPage);
        inside.MapPost("/approvals/new-system", (Delegate)desk.AskSystemAsync);
        inside.MapGet("/approvals/new-key", (Delegate)desk.AskKeyPageAsync);
        inside.MapPost("/approvals/new-key", (Delegate)desk.AskKeyAsync);
        inside.MapGet("/configuration", (Delegate)desk.ConfigurationAsync);
        inside.MapGet("/approvals/new-configuration", (Delegate)desk.AskConfigurationPageAsync);
        inside.MapPost("/approvals/new-configuration", (Delegate)desk.AskConfigurationAsync);
        inside.MapGet("/keys", (Delegate)desk.KeysAsync);
        inside.MapGet("/approvals/{id:guid}", (Delegate)desk.ShowAsync);
        inside.MapPost("/approvals/{id:guid}/decision", (Delegate)desk.DecideAsync);
    }

    private static ValueTask<object?> GuardAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = FormBytesMax;
        }

        return next(invocation);
    }
}
