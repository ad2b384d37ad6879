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

    private const int BodyNotDrained = 67, AnswersPiledUp = 60;

    public static void Configure(WebApplicationBuilder builder, ILoggerProvider? provider)
    {
        builder.Logging.ClearProviders();
        if (provider is not null)
        {
            builder.Logging.AddProvider(provider);
        }

        // Providers get everything that Serilog gets, the line of each request included.
        builder.Services.AddSerilog(
            (_, logger) =>
            {
                Levels(logger);
                if (provider is null)
                {
                    logger.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}");
                }
            },
            preserveStaticLogger: true,
            writeToProviders: provider is not null);
    }

    private static void Levels(LoggerConfiguration logger) => logger
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("System", LogEventLevel.Warning)
        .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
        .MinimumLevel.Override("OpenIddict", LogEventLevel.Warning)
        .MinimumLevel.Override("Yarp", LogEventLevel.Warning) // below that it tells whole addresses
        .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
        .Filter.ByExcluding(IsCallerLeaving)
        .Filter.ByExcluding(IsHealthTold)
        .Enrich.FromLogContext();

    /// <summary>
    /// A caller that leaves in the middle of its request is an Error to gRPC's server, and to Kestrel where the connection is reset while
    /// the body is read (event 67: what is left of the body cannot be drained); one that makes the server answer more than it reads, as by resetting stream after
    /// stream, is Critical (event 60: the connection was ended). There is nothing for an operator to do about any of them.
    /// </summary>
    private static bool IsCallerLeaving(LogEvent entry) => SourceOf(entry) switch
    {
        "Grpc.AspNetCore.Server.ServerCallHandler" => entry.Exception is IOException or OperationCanceledException,
        "Microsoft.AspNetCore.Server.Kestrel.Http2" => EventOf(entry) == AnswersPiledUp,
        "Microsoft.AspNetCore.Server.Kestrel" => entry.Exception is InvalidOperationException && EventOf(entry) == BodyNotDrained,
        _ => false,
    };

    /// <summary>
    /// That a check ended unhealthy is an Error to ASP.NET each time somebody asks. What is wrong was said once by who knows it; a check that
    /// failed by an exception is another matter.
    /// </summary>
    private static bool IsHealthTold(LogEvent entry) =>
        entry.Exception is null && SourceOf(entry) == "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService";

    private static string? SourceOf(LogEvent entry) => (entry.Properties.GetValueOrDefault("SourceContext") as ScalarValue)?.Value as string;

    private static int? EventOf(LogEvent entry) =>
        (entry.Properties.GetValueOrDefault("EventId") as StructureValue)?.Properties.FirstOrDefault(part => part.Name == "Id")?.Value is ScalarValue { Value: int id } ? id : null;

    /// <summary>A logger for what opens before the host is built.</summary>
    public static Microsoft.Extensions.Logging.ILogger Early(ILoggerProvider? provider) =>
        provider?.CreateLogger("LegalAid.Gateway.Store")
        ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public static void Use(WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.MessageTemplate = Line;
        options.IncludeQueryInRequestPath = false;
        options.GetLevel = (context, _, fault) =>
            context.RequestAborted.IsCancellationRequested ? LogEventLevel.Information // the caller left: nothing for an operator to do
            : fault is null && context.Response.StatusCode is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
                ? LogEventLevel.Warning // it passes, or an agency's service is at fault
            : fault is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
            : LogEventLevel.Information;
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
