using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Signatures;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Signatures;

/// <summary>The house's rules for a signed request, one at a time.</summary>
public sealed class SignatureCheckTests
{
    private const string Covered = "\"@method\" \"@target-uri\" \"authorization\" \"content-digest\"";
    private const string Usual = "created=1000000;keyid=\"k1\";nonce=\"n1\";tag=\"legalaid\"";

    private static readonly DateTimeOffset Made = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
    private static readonly SignatureCheck Rules = new(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(60));
    private static readonly ECDsa Pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly AgencyClientKey Key = AgencyClientKey.From("k1", Pair);

    [Theory]
    [InlineData(0, SignatureOutcome.Accepted)]
    [InlineData(359, SignatureOutcome.Accepted)]
    [InlineData(360, SignatureOutcome.Expired)]
    [InlineData(-60, SignatureOutcome.Accepted)]
    [InlineData(-61, SignatureOutcome.NotYetValid)]
    public void Check_AtTheWindowsEdges_IsExact(int seconds, SignatureOutcome outcome) =>
        Assert.Equal(outcome, CheckAt(Signed(), seconds));

    [Theory]
    [InlineData(Covered, Usual + ";expires=1000010", 9, SignatureOutcome.Accepted)]
    [InlineData(Covered, Usual + ";expires=1000010", 10, SignatureOutcome.Expired)]
    [InlineData(Covered, Usual + ";alg=\"ecdsa-p256-sha256\"", 0, SignatureOutcome.Accepted)]
    [InlineData(Covered, Usual + ";alg=\"hmac-sha256\"", 0, SignatureOutcome.Invalid)]
    [InlineData(Covered, "created=1000000;keyid=\"k2\";nonce=\"n1\";tag=\"legalaid\"", 0, SignatureOutcome.Invalid)]
    [InlineData(Covered, "created=1000000;keyid=\"k1\";nonce=\"n1\";tag=\"other\"", 0, SignatureOutcome.Malformed)]
    [InlineData(Covered, "created=1000000;keyid=\"k1\";tag=\"legalaid\"", 0, SignatureOutcome.Malformed)]
    [InlineData(Covered, "keyid=\"k1\";nonce=\"n1\";tag=\"legalaid\"", 0, SignatureOutcome.Malformed)]
    [InlineData(Covered, "created=\"1000000\";keyid=\"k1\";nonce=\"n1\";tag=\"legalaid\"", 0, SignatureOutcome.Malformed)]
    [InlineData("\"@target-uri\" \"authorization\" \"content-digest\"", Usual, 0, SignatureOutcome.Uncovered)]
    [InlineData("\"@method\" \"@path\" \"@query\" \"authorization\" \"content-digest\"", Usual, 0, SignatureOutcome.Uncovered)]
    [InlineData("\"@method\" \"@path\" \"@query\" \"@authority\" \"authorization\" \"content-digest\"", Usual, 0, SignatureOutcome.Accepted)]
    [InlineData("\"@method\" \"@target-uri\" \"content-digest\"", Usual, 0, SignatureOutcome.Uncovered)]
    [InlineData("\"@method\" \"@target-uri\" \"authorization\"", Usual, 0, SignatureOutcome.Uncovered)]
    [InlineData(Covered + " \"@method\"", Usual, 0, SignatureOutcome.Uncovered)]
    [InlineData(Covered + " \"absent\"", Usual, 0, SignatureOutcome.Uncovered)]
    [InlineData("\"@method\";req \"@target-uri\" \"authorization\" \"content-digest\"", Usual, 0, SignatureOutcome.Uncovered)]
    public void Check_ParametersAndCoverage_AreHeldToTheRules(string covered, string parameters, int seconds, SignatureOutcome outcome) =>
        Assert.Equal(outcome, CheckAt(Signed(covered, parameters), seconds));

    [Fact]
    public void Check_MeaningFieldThatIsNotCovered_IsRefused()
    {
        foreach (var field in new[] { "idempotency-key", "gateway-purpose", "gateway-exchange" })
        {
            var request = Signed();
            Assert.Equal(SignatureOutcome.Uncovered, CheckAt(request with { Fields = name => name == field ? ["x"] : request.Fields(name) }, 0));
        }
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("signature-input")]
    public void Check_SecondSignatureBesideAGoodOne_IsRefused(string field)
    {
        var request = Signed();
        var good = request.Fields(field)[0];
        var second = request with { Fields = name => name == field ? [good + ", b" + good?[1..]] : request.Fields(name) };
        var secondLine = request with { Fields = name => name == field ? [good, "b=:AAAA:"] : request.Fields(name) };

        Assert.Equal(SignatureOutcome.Accepted, CheckAt(request, 0));
        Assert.Equal(SignatureOutcome.Malformed, CheckAt(second, 0));
        Assert.Equal(SignatureOutcome.Malformed, CheckAt(secondLine, 0));
    }

    /// <summary>Whatever is covered: one character of it changed, put in or taken out, and the signature is no longer one.</summary>
    [Fact]
    public void Check_AnyChangeOfWhatIsCovered_IsRefused()
    {
        var request = Signed();
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 200], Gen.Char[' ', '~'], Gen.Int[0, 2]).Sample((part, place, letter, kind) =>
        {
            string Change(string text)
            {
                var at = place % text.Length;
                return kind switch { 0 => text[..at] + letter + text[(at + 1)..], 1 => text[..at] + letter + text[at..], _ => text.Remove(at, 1) };
            }

            SignedRequest OfField(string field) =>
                request with { Fields = name => name == field ? [Change(request.Fields(name)[0]!)] : request.Fields(name) }; // the field is there
            var changed = part switch
            {
                0 => request with { Method = Change(request.Method) },
                1 => request with { Target = Change(request.Target) },
                2 => OfField("authorization"),
                3 => OfField("content-digest"),
                4 => OfField("signature-input"),
                _ => OfField("signature"),
            };
            return Means(changed) == Means(request) || CheckAt(changed, 0) != SignatureOutcome.Accepted;
        });
    }

    /// <summary>The key decides the algorithm: another that the request names, or that made the signature, does not hold.</summary>
    [Theory]
    [InlineData(Usual, true, SignatureOutcome.Accepted)]
    [InlineData(Usual + ";alg=\"sm2sig_sm3\"", true, SignatureOutcome.Accepted)]
    [InlineData(Usual + ";alg=\"ecdsa-p256-sha256\"", true, SignatureOutcome.Invalid)]
    [InlineData(Usual + ";alg=\"sm2sig_sm3\"", false, SignatureOutcome.Invalid)]
    [InlineData(Usual, false, SignatureOutcome.Invalid)]
    public void Check_UnderAnSm2Key_TakesSm2Alone(string parameters, bool bySm2, SignatureOutcome outcome)
    {
        var pair = new Sm2Pair();
        var key = AgencyClientKey.TryCreate("k1", JsonSerializer.SerializeToElement(pair.Jwk));
        var request = Signed(parameters: parameters, sign: bySm2 ? pair.Sign : null);
        Assert.Equal(outcome, Rules.Check(request, hasBody: true, _ => key, Made).Outcome);
    }

    [Fact]
    public void Check_OtherHost_IsRefused() =>
        Assert.Equal(SignatureOutcome.Invalid, CheckAt(Signed() with { Origin = new Uri("https://other.example") }, 0));

    /// <summary>What a request says, apart from spaces that structured fields and field values do not count, and from a label.</summary>
    private static string Means(SignedRequest request) => string.Join('\n', new[]
    {
        request.Method, request.Target, request.Fields("authorization")[0]?.Trim(), request.Fields("content-digest")[0]?.Trim(),
        Read(request, "signature-input"), Read(request, "signature"),
    });

    private static string? Read(SignedRequest request, string field) => DictionaryReader.TryRead(request.Fields(field)[0])?.First().ToString();

    private static SignatureOutcome CheckAt(SignedRequest request, int seconds) =>
        Rules.Check(request, hasBody: true, kid => kid == "k1" ? Key : null, Made.AddSeconds(seconds)).Outcome;

    private static SignedRequest Signed(string covered = Covered, string parameters = Usual, Func<byte[], byte[]>? sign = null)
    {
        var input = $"s=({covered});{parameters}";
        var request = new SignedRequest("POST", new Uri("https://gateway.example"), "/v1/defenceNotices?x=1", name => name switch
        {
            "authorization" => ["Bearer abc"],
            "content-digest" => ["sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"],
            "signature-input" => [input],
            _ => [],
        });
        var list = (FieldMember.InnerList)DictionaryReader.TryRead(input)!.Single().Value; // well formed
        var signed = SignatureBase.TryBuild(list, request.ValueOf) ?? "nothing"u8.ToArray();
        var signature = $"s=:{Convert.ToBase64String(sign?.Invoke(signed) ?? Pair.SignData(signed, HashAlgorithmName.SHA256))}:";
        return request with { Fields = name => name == "signature" ? [signature] : request.Fields(name) };
    }
}
