using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Identity.Enrolment;

/// <summary>
/// A code that lets one system enrol once. 160 random bits in Crockford's base 32, in groups that can be read over a telephone: nobody
/// guesses one, so that nothing has to be counted or slowed down. The gateway keeps its hash alone.
/// </summary>
public static class EnrolmentCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Letters = 32, Group = 4;

    /// <summary>A new one, such as <c>7D2K-…</c>: eight groups of four.</summary>
    public static string New()
    {
        var letters = RandomNumberGenerator.GetString(Alphabet, Letters);
        return string.Join('-', Enumerable.Range(0, Letters / Group).Select(index => letters.Substring(index * Group, Group)));
    }

    /// <summary>SHA-256 of the code as it is meant, lower-case hexadecimal; null where it is none. I and L are read as 1, O as 0; case, spaces and hyphens do not count.</summary>
    public static string? TryHash(string typed)
    {
        var letters = new StringBuilder(Letters);
        foreach (var letter in typed)
        {
            var meant = char.ToUpperInvariant(letter) switch
            {
                'I' or 'L' => '1',
                'O' => '0',
                var other => other,
            };
            if (meant is '-' or ' ')
            {
                continue;
            }

            if (!Alphabet.Contains(meant, StringComparison.Ordinal) || letters.Length == Letters)
            {
                return null;
            }

            letters.Append(meant);
        }

        return letters.Length == Letters ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(letters.ToString()))) : null;
    }
}
