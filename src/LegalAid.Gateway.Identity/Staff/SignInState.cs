using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using Microsoft.AspNetCore.DataProtection;

namespace LegalAid.Gateway.Identity.Staff;

/// <summary>What the gateway remembers of a sign-in under way, sealed in a cookie of the browser that began it.</summary>
/// <param name="State">Ties the answer to the browser.</param>
/// <param name="Nonce">Ties the ID token to the sign-in.</param>
/// <param name="Verifier">The proof key of the code (RFC 7636).</param>
/// <param name="ReturnTo">A path of the console.</param>
internal sealed record SignInState(
    string State, string Nonce, string Verifier, string Agency, string Issuer, string ReturnTo, bool StepUp, DateTimeOffset Begun)
{
    private const string Purpose = "sign-in";

    public static SignInState New(AgencyId agency, string issuer, string returnTo, bool stepUp, DateTimeOffset now) =>
        new(Random(), Random(), Random(), agency.Value, issuer, returnTo, stepUp, now);

    /// <summary>RFC 7636 section 4.2, S256.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public string Seal(IDataProtectionProvider protection) =>
        Base64Url.EncodeToString(protection.CreateProtector(Purpose).Protect(JsonSerializer.SerializeToUtf8Bytes(this)));

    /// <summary>Null where it was not sealed here.</summary>
    public static SignInState? TryOpen(string? text, IDataProtectionProvider protection)
    {
        if (text is not { Length: > 0 and < 8192 } || Base64Text.TryDecode(text) is not { } box)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SignInState>(protection.CreateProtector(Purpose).Unprotect(box));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
