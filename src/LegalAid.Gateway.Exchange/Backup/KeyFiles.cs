using System.Collections.Immutable;
using System.Text.Json;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>A key folder's files by their names in it, '/' between folders, as a backup carries them.</summary>
public static class KeyFiles
{
    /// <summary>A folder of keys is some kilobytes; a larger one is not one.</summary>
    public const int BytesMax = 16 << 20;

    internal static byte[] Pack(ImmutableSortedDictionary<string, byte[]> files) => JsonSerializer.SerializeToUtf8Bytes(files);

    /// <exception cref="InvalidDataException">These are no files, or one would be written outside of the folder.</exception>
    internal static ImmutableSortedDictionary<string, byte[]> Unpack(ReadOnlySpan<byte> packed)
    {
        var files = JsonSerializer.Deserialize<Dictionary<string, byte[]>>(packed) ?? throw new InvalidDataException("no key files");
        return files.Keys.All(IsPlain)
            ? files.ToImmutableSortedDictionary(StringComparer.Ordinal)
            : throw new InvalidDataException("a key file has a name that leads elsewhere");
    }

    private static bool IsPlain(string name) => name.Split('/').All(
        part => part.Length > 0 && part[0] != '.' && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'));
}
