using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>
/// Checkpoints and cosignatures. The cosigned checkpoint is a real one of a staging log, with the key of a public witness, as in the
/// signing tests of the tlog_scales package (Python); the witness's key stands also in transparency-dev/formats, note/note_cosigv1_test.go.
/// </summary>
public sealed class CheckpointTests
{
    private const string Cosigned = """
        arche2025h1.staging.ct.transparency.dev
        1432088532
        U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

        — arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
        — arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
        — remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==

        """;

    private const string LogKey = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
    private const string WitnessKey = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

    [Fact]
    public void Check_RealCosignedCheckpoint_IsValidWithTheWitnesssTime()
    {
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(Cosigned));
        Assert.NotNull(note);

        Assert.Equal(NoteFinding.Valid, note.Check([NoteKey.Parse(LogKey)!, NoteKey.Parse(WitnessKey)!], out var good)); // constants above

        Assert.Equal([null, DateTimeOffset.FromUnixTimeSeconds(0x6a122120)], good.Select(signature => signature.At));
        var checkpoint = Checkpoint.Parse(note.Text);
        Assert.NotNull(checkpoint);
        Assert.Equal(("arche2025h1.staging.ct.transparency.dev", 1432088532), (checkpoint.Origin, checkpoint.Size));
        Assert.Equal(note.Text, checkpoint.ToString());
    }

    [Fact]
    public void Check_OtherSizeUnderTheSameSignatures_IsBad()
    {
        var note = SignedNote.Parse(Cosigned.Replace("1432088532", "42", StringComparison.Ordinal));

        Assert.NotNull(note);
        Assert.Equal(NoteFinding.BadSignature, note.Check([NoteKey.Parse(LogKey)!], out _)); // constant above
        Assert.Equal(NoteFinding.BadSignature, note.Check([NoteKey.Parse(WitnessKey)!], out _)); // constant above
    }

    [Fact]
    public void Check_Cosignature_CoversItsTimeAndTheExtensionLines()
    {
        const string text = "test\n123\nf+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=\nExtendo\n"; // of note_cosigv1_test.go
        var witness = NoteSigner.Generate("witness.example/w1", NoteAlgorithm.Cosignature);
        var at = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var signature = witness.Sign(text, at.AddMilliseconds(999));
        NoteFinding Check(string over, NoteSignature by) => new SignedNote(over, [by]).Check([witness.Key], out _);

        Assert.Equal(NoteFinding.Valid, new SignedNote(text, [signature]).Check([witness.Key], out var good));
        Assert.Equal(at, good[0].At);
        Assert.Equal(NoteFinding.BadSignature, Check(text.Replace("Extendo", "Extended", StringComparison.Ordinal), signature));
        Assert.Equal(NoteFinding.BadSignature, Check(text, signature with { Value = signature.Value.SetItem(7, 1) }));
        Assert.Equal(NoteFinding.BadSignature, Check(text, signature with { Value = signature.Value.SetItem(0, 0xff) }));
        Assert.Equal(NoteFinding.BadSignature, Check(text, signature with { Value = signature.Value[..^1] }));
    }

    /// <summary>A witness's key and a log's key of the same seed and name are two keys: neither's signature passes for the other's.</summary>
    [Fact]
    public void Check_SignatureOfTheOtherKind_IsUnknown()
    {
        var seed = new byte[32];
        var (log, witness) = (new NoteSigner("a", NoteAlgorithm.Ed25519, seed), new NoteSigner("a", NoteAlgorithm.Cosignature, seed));
        var text = new Checkpoint("a", 0, TreeHash.OfNothing).ToString();

        Assert.Equal(
            NoteFinding.NoKnownSignature, new SignedNote(text, [witness.Sign(text, DateTimeOffset.UnixEpoch)]).Check([log.Key], out _));
    }

    /// <summary>Most are of transparency-dev/formats, log/checkpoint_test.go; a hash of another length than SHA-256's is refused here.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("Head\n9944\n")]
    [InlineData("\n9944\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n")]
    [InlineData("Log\n123\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=")]
    [InlineData("Log\nbananas\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n")]
    [InlineData("Log\n-34\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n")]
    [InlineData("Log\n+34\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n")]
    [InlineData("Log\n034\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n")]
    [InlineData("Log\n3438945738945739845734895735\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n")]
    [InlineData("Log\n123\nThisIsn'tBase64\n")]
    [InlineData("Log\n123\nYmFuYW5hcw==\n")]
    [InlineData("Log\n123\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Rp=\n")]
    [InlineData("Log\n123\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n")]
    public void Parse_MalformedText_IsNone(string text) => Assert.Null(Checkpoint.Parse(text));

    [Fact]
    public void Parse_ExtensionLines_AreKept()
    {
        const string text = "Moon Log\n4027504\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n6086d1a9\nWaxing gibbous\n";

        var checkpoint = Checkpoint.Parse(text);

        Assert.NotNull(checkpoint);
        Assert.Equal(["6086d1a9", "Waxing gibbous"], checkpoint.Extensions);
        Assert.Equal(text, checkpoint.ToString());
    }
}
