using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Identity;
using Serilog;
using Serilog.Events;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// One line for each request: method, route, status, agency, client, trace id and time taken. The route is the pattern and never the
/// path, so that nothing a caller puts into an address is written down.
/// </summary>
internal static class HostLogging
{
    private const string Line =
        "{RequestMethod} {Route} {StatusCode} {Elapsed:0.0} ms agency={Agency} client={Client} trace={Trace}";

    public static void Configure(WebApplicationBuilder builder, ILoggerProvider? provider)
    {
        builder.Logging.ClearProviders();
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
            .MinimumLevel.Override("OpenIddict", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .Enrich.FromLogContext();
        if (provider is null)
        {
            builder.Services.AddSerilog(logger
                .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}")
                .CreateLogger(), dispose: true);
            return;
        }

        builder.Services.AddSerilog(logger.CreateLogger(), dispose: true, providers: null);
        builder.Logging.AddProvider(provider);
    }

    /// <summary>A logger for what opens before the host is built.</summary>
    public static Microsoft.Extensions.Logging.ILogger Early(ILoggerProvider? provider) =>
        provider?.CreateLogger("LegalAid.Gateway.Store")
        ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public static void Use(WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.MessageTemplate = Line;
        options.IncludeQueryInRequestPath = false;
        options.GetMessageTemplateProperties = (context, _, elapsed, status) =>
        [
            Property("RequestMethod", context.Request.Method),
            Property("Route", RouteOf(context)),
            Property("StatusCode", status),
            Property("Elapsed", elapsed),
            Property("Agency", context.FindCaller()?.Agency.Value ?? "-"),
            Property("Client", context.FindCaller()?.ClientId ?? "-"),
            Property("Trace", Refusals.TraceId(context)),
        ];
    });

    private static LogEventProperty Property(string name, object value) => new(name, new ScalarValue(value));

    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
}
