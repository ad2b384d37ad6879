using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>One signature line of a note.</summary>
/// <param name="Value">What follows the key's id.</param>
public sealed record NoteSignature(string Name, uint KeyId, ImmutableArray<byte> Value)
{
    private const string Dash = "— ";
    private const int IdBytes = sizeof(uint);

    /// <summary>Reads a line without its line feed; null where it is none.</summary>
    public static NoteSignature? Parse(string line)
    {
        var parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
        return parts.Length == 2 && NoteKey.IsName(parts[0]) && StrictBase64.Decode(parts[1]) is { Length: > IdBytes } bytes
            ? new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), [.. bytes[IdBytes..]])
            : null;
    }

    public bool Equals(NoteSignature? other) =>
        other is not null && Name == other.Name && KeyId == other.KeyId && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Name, KeyId);

    /// <summary>The line, without a line feed.</summary>
    public override string ToString()
    {
        var id = new byte[IdBytes];
        BinaryPrimitives.WriteUInt32BigEndian(id, KeyId);
        return $"{Dash}{Name} {Convert.ToBase64String([.. id, .. Value])}";
    }
}

/// <summary>What the check of a note's signatures found.</summary>
public enum NoteFinding
{
    /// <summary>At least one known key signed, and every signature of a known key is good.</summary>
    Valid,

    /// <summary>No known key signed.</summary>
    NoKnownSignature,

    /// <summary>A signature that names a known key was not made by it over this text.</summary>
    BadSignature,
}

/// <summary>A signature that was checked.</summary>
/// <param name="At">When a witness signed; null for a log's own signature.</param>
public sealed record CheckedSignature(NoteKey Key, NoteSignature Signature, DateTimeOffset? At);

/// <summary>Text with signatures (c2sp.org/signed-note).</summary>
/// <param name="Text">Ends in a line feed.</param>
/// <param name="Signatures">As in the note, unknown keys included, without repetitions; at least one.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    /// <summary>Bound on a note in bytes. The format calls for sixteen signatures at least, of up to 5 kB.</summary>
    public const int BytesMax = 256 * 1024;

    /// <summary>Bound on its signatures.</summary>
    public const int SignaturesMax = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null where it is malformed or over the bounds. Says nothing of the signatures' worth.</summary>
    public static SignedNote? Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > BytesMax)
        {
            return null;
        }

        try
        {
            return Parse(Utf8.GetString(note));
        }
        catch (DecoderFallbackException)
        {
            return null; // not UTF-8: malformed like the rest
        }
    }

    public static SignedNote? Parse(string note)
    {
        var split = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || note.Length > BytesMax || note[^1] != '\n' || note.Any(letter => letter < ' ' && letter != '\n'))
        {
            return null;
        }

        var lines = note[(split + 2)..].Split('\n')[..^1];
        var signatures = lines.Take(SignaturesMax + 1).Select(NoteSignature.Parse).ToArray();
        return signatures.Length is 0 or > SignaturesMax || signatures.Contains(null)
            ? null
            : new SignedNote(note[..(split + 1)], [.. signatures.OfType<NoteSignature>().Distinct()]);
    }

    /// <summary>
    /// Checks against known keys. Signatures of unknown keys are passed over, also where they share a name or an id with a known key.
    /// </summary>
    public NoteFinding Check(IEnumerable<NoteKey> keys, out ImmutableArray<CheckedSignature> good)
    {
        var found = ImmutableArray.CreateBuilder<CheckedSignature>();
        foreach (var key in keys.Distinct())
        {
            foreach (var signature in Signatures.Where(signature => signature.KeyId == key.Id && signature.Name == key.Name))
            {
                if (!key.Verifies(Text, signature, out var at))
                {
                    good = [];
                    return NoteFinding.BadSignature;
                }

                found.Add(new CheckedSignature(key, signature, at));
            }
        }

        good = found.ToImmutable();
        return good.IsEmpty ? NoteFinding.NoKnownSignature : NoteFinding.Valid;
    }

    /// <summary>With the signature; one of the same key before it gives way.</summary>
    public SignedNote With(NoteSignature signature) =>
        this with { Signatures = [.. Signatures.Where(other => other.KeyId != signature.KeyId || other.Name != signature.Name), signature] };

    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}";
}
