namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// ISO 7064 MOD 11-2 over 17 digits, as GB 11643 uses it. Every single wrong character and every swap of two neighbours is found,
/// because no weight is 0 and no two neighbouring weights are equal modulo 11.
/// </summary>
internal static class Mod11
{
    private static ReadOnlySpan<byte> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>The check character (0–9 or X) of the first 17 characters, which must be digits.</summary>
    public static char CheckOf(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
        {
            sum += Weights[i] * (digits[i] - '0');
        }

        return "10X98765432"[sum % 11];
    }
}
