using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace LegalAid.Gateway.Identity.Staff;

/// <summary>
/// The hidden field by which a form is known as one of our pages', in this very session: the session's own facts, sealed. Another site's page cannot read
/// it, and another person's, role's or sign-in's is not taken. The framework's antiforgery would not run behind a terminator of TLS, which it takes for plain http.
/// Safe from several threads.
/// </summary>
public sealed class StaffForms(IDataProtectionProvider protection)
{
    /// <summary>Name of the field.</summary>
    public const string Field = "form";

    private const int CharsMax = 2000;

    private readonly IDataProtector _seal = protection.CreateProtector("form");

    /// <summary>A new value for each page; each is good as long as the session.</summary>
    public string TokenOf(StaffMember member) => Base64Url.EncodeToString(_seal.Protect(Facts(member)));

    public bool IsFrom(StaffMember member, string? token)
    {
        if (token is not { Length: > 0 and <= CharsMax } || Base64Text.TryDecode(token) is not { } box)
        {
            return false;
        }

        try
        {
            return CryptographicOperations.FixedTimeEquals(_seal.Unprotect(box), Facts(member));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Facts(StaffMember member) => Encoding.UTF8.GetBytes(string.Join(
        '\0', member.Key, member.Agency.Value, member.Role.ToString(), member.AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
}
