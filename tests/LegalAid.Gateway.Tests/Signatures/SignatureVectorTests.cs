using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Signatures;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace LegalAid.Gateway.Tests.Signatures;

/// <summary>The examples that RFC 9421 appendix B and RFC 9530 print, and what is no structured field.</summary>
public sealed class SignatureVectorTests
{
    private const string ResponseDigest = "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";
    private const string RequestDigest = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";

    [Fact]
    public void Base_Rfc9421B24_VerifiesUnderTheP256Key()
    {
        var input = List("""sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256" """);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["@status"] = "200", ["content-type"] = "application/json", ["content-digest"] = ResponseDigest, ["content-length"] = "23",
        };
        using var pair = ECDsa.Create();
        pair.ImportFromPem("""
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
            w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
            -----END PUBLIC KEY-----
            """);
        var key = AgencyClientKey.From("test-key-ecc-p256", pair);
        var signature = Convert.FromBase64String("wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==");

        Assert.True(key.Verifies(SignatureBase.TryBuild(input, item => values[((BareItem.Text)item.Value).Value]), signature));
        values["@status"] = "201";
        Assert.False(key.Verifies(SignatureBase.TryBuild(input, item => values[((BareItem.Text)item.Value).Value]), signature));
    }

    [Fact]
    public void Base_Rfc9421B26_VerifiesUnderTheEd25519Key()
    {
        var input = List("""sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519" """);
        var signed = SignatureBase.TryBuild(input, Example.ValueOf);
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(Convert.FromBase64String("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")));
        Assert.NotNull(signed);
        verifier.BlockUpdate(signed, 0, signed.Length);

        Assert.True(verifier.VerifySignature(Convert.FromBase64String("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==")));
    }

    [Theory]
    [InlineData("@method", "POST")]
    [InlineData("@authority", "example.com")]
    [InlineData("@scheme", "https")]
    [InlineData("@target-uri", "https://example.com/foo?param=Value&Pet=dog")]
    [InlineData("@path", "/foo")]
    [InlineData("@query", "?param=Value&Pet=dog")]
    [InlineData("content-digest", RequestDigest)]
    [InlineData("Date", null)]
    [InlineData("@status", null)]
    [InlineData("absent", null)]
    public void Component_OfTheExampleRequest_HasItsValue(string name, string? value) =>
        Assert.Equal(value, Example.ValueOf(new FieldItem(new BareItem.Text(name), FieldParameters.None)));

    [Fact]
    public void Component_OnADefaultAndAnotherPort_IsTheAuthorityOfThePublicAddress()
    {
        var item = new FieldItem(new BareItem.Text("@authority"), FieldParameters.None);
        Assert.Equal("example.com", (Example with { Origin = new Uri("https://EXAMPLE.com:443") }).ValueOf(item));
        Assert.Equal("example.com:8443", (Example with { Origin = new Uri("https://EXAMPLE.com:8443") }).ValueOf(item));
    }

    [Theory]
    [InlineData(RequestDigest, "{\"hello\": \"world\"}", true)]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", "{\"hello\": \"world\"}", true)]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", "{\"hello\": \"world\"} ", false)]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, " + ResponseDigest, "{\"hello\": \"world\"}", false)]
    public async Task Digest_OfRfc9530Example_HoldsForThatBodyAlone(string field, string body, bool holds)
    {
        await using var plain = new MemoryStream(Encoding.UTF8.GetBytes(body));
        await using var watched = ContentDigest.TryParse(field)!.Watch(plain, () => new InvalidDataException("another body")); // well formed
        async Task Drain() => await watched.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        if (holds)
        {
            await Drain();
        }
        else
        {
            await Assert.ThrowsAsync<InvalidDataException>(Drain);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("md5=:AAAA:")]
    [InlineData("sha-256=:AAAA:")]
    [InlineData("sha-256=\"AAAA\"")]
    [InlineData("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, sha-512=:AAAA:")]
    public void Digest_ThatNamesNone_IsRefused(string field) => Assert.Null(ContentDigest.TryParse(field));

    [Theory]
    [InlineData("a=1,")]
    [InlineData("a=1, a=2")]
    [InlineData("A=1")]
    [InlineData("a=(\"x\"")]
    [InlineData("a=(\"x\"\"y\")")]
    [InlineData("a=\"x")]
    [InlineData("a=\"\\x\"")]
    [InlineData("a=\"\\")]
    [InlineData("a=\"\u00e9\"")]
    [InlineData("a=1.5")]
    [InlineData("a=1234567890123456")]
    [InlineData("a=-")]
    [InlineData("a=:AAA:")]
    [InlineData("a=:AA A=:")]
    [InlineData("a=:AB==:")]
    [InlineData("a=:AAAA")]
    [InlineData("a=?2")]
    [InlineData("a=1;b=1;b=2")]
    [InlineData("a=1;")]
    [InlineData("a=@1")]
    [InlineData("a=1\0")]
    [InlineData("a=\0")]
    public void Dictionary_Malformed_IsRefused(string text) => Assert.Null(DictionaryReader.TryRead(text));

    [Theory]
    [InlineData(DictionaryReader.CountMax, true)]
    [InlineData(DictionaryReader.CountMax + 1, false)]
    public void Dictionary_AtAndBeyondItsBounds_IsReadAndRefused(int count, bool isRead)
    {
        Assert.Equal(isRead, DictionaryReader.TryRead(string.Join(", ", Enumerable.Range(0, count).Select(i => $"k{i}=1"))) is not null);
        Assert.Equal(isRead, DictionaryReader.TryRead($"a=({string.Join(' ', Enumerable.Range(0, count))})") is not null);
        Assert.Equal(isRead, DictionaryReader.TryRead($"a=1{string.Concat(Enumerable.Range(0, count).Select(i => $";k{i}"))}") is not null);
        Assert.Equal(isRead, DictionaryReader.TryRead($"a=\"{new string('x', DictionaryReader.CharsMax - 4 + count - DictionaryReader.CountMax)}\"") is not null);
    }

    private static SignedRequest Example { get; } = new(
        "POST", new Uri("https://example.com"), "/foo?param=Value&Pet=dog", name => name switch
        {
            "date" => ["Tue, 20 Apr 2021 02:07:55 GMT"],
            "content-type" => ["application/json"],
            "content-length" => ["18"],
            "content-digest" => [RequestDigest],
            _ => [],
        });

    private static FieldMember.InnerList List(string field) => (FieldMember.InnerList)DictionaryReader.TryRead(field)!.Single().Value; // well formed
}
