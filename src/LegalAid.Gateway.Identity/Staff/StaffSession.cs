using System.Security.Cryptography;
using LegalAid.Gateway.Identity.Federation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Identity.Staff;

/// <summary>The session of a member of staff: a sealed cookie, eight hours at most and never longer, that dies with the rules it was given by.</summary>
public static class StaffSession
{
    /// <summary>The authentication scheme, and the policy that asks for it.</summary>
    public const string Scheme = "Staff";

    public const string Home = "/console/approvals";
    public const string SignInPath = "/console/sign-in";

    /// <summary>Of the cookie of a sign-in under way.</summary>
    public const string SignInCookie = "__Host-legalaid-sign-in";

    public const string Cookie = "__Host-legalaid-console";

    public static readonly TimeSpan LifetimeMax = TimeSpan.FromHours(8);

    /// <summary>How old a sign-in may be for what takes a step-up.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>A path of the console, whatever was asked for: nobody is sent elsewhere after a sign-in.</summary>
    public static string PathOf(string? asked) =>
        asked is { Length: > 0 and <= 200 } && asked.StartsWith("/console/", StringComparison.Ordinal)
        && asked.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-')
            ? asked : Home;

    /// <summary>Who is signed in; null where nobody is.</summary>
    public static StaffMember? FindStaff(this HttpContext context) => StaffMember.From(context.User);

    /// <summary>Begins the session. The cookie ends with the browser, and the session after <see cref="LifetimeMax"/> from the sign-in at the provider.</summary>
    public static Task BeginAsync(HttpContext context, StaffMember member) => context.SignInAsync(Scheme, member.ToPrincipal(), new AuthenticationProperties
    {
        IsPersistent = false,
        IssuedUtc = member.AuthenticatedAt,
        ExpiresUtc = member.AuthenticatedAt + LifetimeMax,
    });

    /// <summary>Cookie options that a page of another site cannot reach: this host alone, secured, out of scripts' sight.</summary>
    public static CookieOptions OptionsOf(TimeSpan age) => new()
    {
        HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = age, IsEssential = true,
    };

    /// <summary>Adds the scheme and its policy beside those of calls.</summary>
    internal static void AddStaffSessions(this IServiceCollection services)
    {
        services.AddSingleton<IDataProtectionProvider>(provider => new SharedProtection(
            provider.GetRequiredService<IOptions<IdentityOptions>>().Value.StaffKey ?? RandomNumberGenerator.GetBytes(32)));

        services.AddAuthentication().AddCookie(Scheme, cookie =>
        {
            cookie.Cookie.Name = Cookie;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            cookie.Cookie.SameSite = SameSiteMode.Lax; // Strict would not be sent on the way back from the provider
            cookie.Cookie.Path = "/";
            cookie.ExpireTimeSpan = LifetimeMax;
            cookie.SlidingExpiration = false;
            cookie.LoginPath = SignInPath;
            cookie.AccessDeniedPath = SignInPath;
            cookie.ReturnUrlParameter = "return";
            cookie.Events.OnValidatePrincipal = CheckAsync;
        });
        services.AddAuthorizationBuilder().AddPolicy(Scheme, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
    }

    /// <summary>A session whose role the configuration no longer gives to anybody of that provider is over at the next page.</summary>
    private static Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var issuers = context.HttpContext.RequestServices.GetRequiredService<IAgencyIssuers>();
        if (StaffMember.From(context.Principal) is not { } member
            || !issuers.Of(member.Agency).Any(issuer => issuer.Issuer == member.Issuer && issuer.Staff?.Roles.Any(grant => grant.Role == member.Role) == true))
        {
            context.RejectPrincipal();
        }

        return Task.CompletedTask;
    }
}
