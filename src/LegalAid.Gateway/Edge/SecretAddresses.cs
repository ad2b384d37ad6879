using System.Diagnostics;

namespace LegalAid.Gateway.Edge;

/// <summary>
/// Takes a path that opens something by itself out of what the request's activity says, before anything else runs: whoever records traces records no address. The line in the
/// log has the route alone, and so have the metrics.
/// </summary>
internal sealed class SecretAddresses(RequestDelegate next)
{
    /// <summary>Below it what follows is a secret.</summary>
    public const string Calendars = "/calendars";

    private const string Hidden = Calendars + "/-";

    public Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is { } activity && context.Request.Path.StartsWithSegments(Calendars, StringComparison.OrdinalIgnoreCase, out var secret) && secret.HasValue)
        {
            foreach (var (name, value) in activity.TagObjects.ToList())
            {
                if (value is string text && Tells(text, secret.Value))
                {
                    activity.SetTag(name, Hidden);
                }
            }

            if (Tells(activity.DisplayName, secret.Value))
            {
                activity.DisplayName = $"{context.Request.Method} {Hidden}";
            }
        }

        return next(context);
    }

    /// <summary>As the path was read, or as it was sent: percent-encoded it is another text.</summary>
    private static bool Tells(string text, string secret) =>
        text.Contains(secret, StringComparison.OrdinalIgnoreCase) || text.Contains(Calendars + "/", StringComparison.OrdinalIgnoreCase);
}
