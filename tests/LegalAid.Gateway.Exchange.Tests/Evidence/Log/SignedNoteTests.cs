using System.Text;
using CsCheck;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>
/// Signed notes and their keys. PeterNeumann and EnochRoot are of golang.org/x/mod, sumdb/note/note_test.go, and so are the notes that
/// must be refused; example.com/foo is the example of c2sp.org/signed-note.
/// </summary>
public sealed class SignedNoteTests
{
    private const string PeterSecret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string PeterLine = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    private const string EnochLine = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

    private static readonly NoteKey Peter = Key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    private static readonly NoteKey Enoch = Key("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop");

    [Fact]
    public void Sign_PublishedKeyAndText_GivesThePublishedNote()
    {
        var signer = NoteSigner.Parse(PeterSecret);

        Assert.NotNull(signer);
        Assert.Equal(Peter, signer.Key);
        Assert.Equal(PeterSecret, signer.Export());
        var note = new SignedNote(Text, [signer.Sign(Text, DateTimeOffset.UnixEpoch)]);
        Assert.Equal($"{Text}\n{PeterLine}", note.ToString());
        Assert.Equal(note.ToString(), note.With(signer.Sign(Text, DateTimeOffset.UnixEpoch)).ToString());
    }

    [Fact]
    public void Check_ExampleOfTheSpecification_IsValid()
    {
        var key = Key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        var note = SignedNote.Parse(
            "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");

        Assert.NotNull(note);
        Assert.Equal(NoteFinding.Valid, note.Check([key], out _));
    }

    [Fact]
    public void Check_TwoSignatures_TellsThoseOfKnownKeys()
    {
        var note = Note($"{Text}\n{PeterLine}{EnochLine}");

        Assert.Equal(NoteFinding.Valid, note.Check([Peter], out var one));
        Assert.Equal([Peter], one.Select(signature => signature.Key));
        Assert.Equal(NoteFinding.Valid, note.Check([Enoch, Peter, Enoch], out var both));
        Assert.Equal([Enoch, Peter], both.Select(signature => signature.Key));
        Assert.Equal(NoteFinding.NoKnownSignature, note.Check([], out var none));
        Assert.Empty(none);
    }

    [Fact]
    public void Check_KeyThatSharesOnlyTheName_IsUnknown()
    {
        var other = NoteSigner.Generate("PeterNeumann", NoteAlgorithm.Ed25519).Key;

        Assert.Equal(NoteFinding.NoKnownSignature, Note($"{Text}\n{PeterLine}").Check([other], out _));
    }

    [Fact]
    public void Check_ChangedTextOrSignature_IsBadEvenBesideAGoodOne()
    {
        var changedText = Note($"{Text.Replace("answer", "Answer", StringComparison.Ordinal)}\n{PeterLine}");
        var changedLine = Note($"{Text}\n{PeterLine[..60]}ABCD{PeterLine[60..]}{EnochLine}");

        Assert.Equal(NoteFinding.BadSignature, changedText.Check([Peter], out _));
        Assert.Equal(NoteFinding.BadSignature, changedLine.Check([Peter, Enoch], out var good));
        Assert.Empty(good);
    }

    [Fact]
    public void Parse_RepeatedLines_AreOne() =>
        Assert.Equal(2, Note($"{Text}\n{PeterLine}{PeterLine}{EnochLine}{EnochLine}").Signatures.Length);

    [Fact]
    public void Parse_EmptyLinesInTheText_SplitsAtTheLast() => Assert.Equal("a\n\nb\n", Note($"a\n\nb\n\n{PeterLine}").Text);

    public static TheoryData<string> Malformed =>
    [
        "", Text, $"{Text}\n", $"{Text}\n{PeterLine[..^1]}", $"\u0001{Text}\n{PeterLine}", $"{Text}\n{PeterLine}Unexpected line.\n",
        $"{Text}\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
        $"{Text}\n{string.Concat(Enumerable.Repeat(PeterLine, SignedNote.SignaturesMax + 1))}",
        $"{Text}\n— PeterNeumann x08gow==\n", $"{Text}\n— PeterNeumann x08g\n", $"{Text}\n— Peter+Neumann x08go/ZJ\n", $"{Text}\n- PeterNeumann x08go/ZJ\n",
        $"{Text}\n— PeterNeumann  x08go/ZJ\n", $"{Text}\n— PeterNeumann x08go/ZJ \n", $"{Text}\n— PeterNeumann x08go/Z\n", $"{Text}\n—  x08go/ZJkuBS\n",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Parse_MalformedNote_IsNone(string note) => Assert.Null(SignedNote.Parse(Encoding.UTF8.GetBytes(note)));

    [Fact]
    public void Parse_AtAndOverTheBounds_HoldsThem()
    {
        var rest = Encoding.UTF8.GetByteCount($"\n\n{PeterLine}");
        Assert.NotNull(SignedNote.Parse(Encoding.UTF8.GetBytes($"{new string('a', SignedNote.BytesMax - rest)}\n\n{PeterLine}")));
        Assert.Null(SignedNote.Parse(Encoding.UTF8.GetBytes($"{new string('a', SignedNote.BytesMax - rest + 1)}\n\n{PeterLine}")));
        Assert.Null(SignedNote.Parse([0xff, .. Encoding.UTF8.GetBytes($"{Text}\n{PeterLine}")]));
    }

    [Fact]
    public void Parse_AnyMangledKey_IsNone()
    {
        foreach (var text in (string[])[Peter.ToString(), PeterSecret])
        {
            bool Reads(string mangled) => NoteKey.Parse(mangled) is not null || NoteSigner.Parse(mangled) is not null;
            Assert.True(Reads(text));
            for (var from = 0; from < text.Length; from++)
            {
                for (var to = from + 1; to <= text.Length; to++)
                {
                    Assert.False((from, to) != (0, text.Length) && Reads(text[from..to]));
                }

                Assert.False(Reads($"{text[..from]}{(char)(text[from] + 1)}{text[(from + 1)..]}"));
            }
        }
    }

    /// <summary>Of note_test.go: a key of the wrong length and an unknown algorithm, each with a fitting hash; then of note_cosigv1_test.go of transparency-dev/formats.</summary>
    [Theory]
    [InlineData("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")]
    [InlineData("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("bananas.sigstore.dev+12344556")]
    [InlineData("rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!")]
    [InlineData("rekor.sigstore.dev+12345678+AwEB")]
    [InlineData("")]
    public void Parse_BadKey_IsNone(string vkey) => Assert.Null(NoteKey.Parse(vkey));

    [Fact]
    public void Parse_AnyText_NeverThrows() => Gen.String.Sample(text =>
    {
        _ = SignedNote.Parse(text);
        _ = SignedNote.Parse($"{text}\n\n{PeterLine}");
        _ = SignedNote.Parse($"{Text}\n— {text}\n");
        _ = NoteKey.Parse(text);
        _ = NoteSigner.Parse(text);
        _ = Checkpoint.Parse(text);
        _ = TilePath.TryParse(text, out _);
    });

    private static NoteKey Key(string vkey)
    {
        var key = NoteKey.Parse(vkey);
        Assert.NotNull(key);
        Assert.Equal(vkey, key.ToString());
        return key;
    }

    private static SignedNote Note(string note)
    {
        var read = SignedNote.Parse(Encoding.UTF8.GetBytes(note));
        Assert.NotNull(read);
        return read;
    }
}
