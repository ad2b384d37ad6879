using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence.Bundle;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>What an agency signed stays with its message, and the verifier reads it again: of an honest gateway and of one that is not.</summary>
public sealed class SenderSignatureTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"question":"是否受理？"}""");

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task Message_SignedBySender_VerifiesInTheStoreAndInABundle()
    {
        var (audited, exchange) = await SignedAsync(Signature(Body));
        await using var owner = audited;

        Assert.Empty((await audited.VerifyAsync()).Findings);
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var archive = SqliteArchive.Open(audited.Database);
        using var stream = new MemoryStream();
        new CaseExporter(archive, audited.World.Keys, audited.Keys, new ManifestSigner("manifest", signing)).Write(exchange.Value, reader: null, stream);
        using var zip = new ZipArchive(stream);
        Assert.Equal(Body, Read(zip, "messages/0001-ask.signed.body"));
        Assert.Contains("\"@signature-params\"", Encoding.ASCII.GetString(Read(zip, "messages/0001-ask.signed.txt")), StringComparison.Ordinal);
        Assert.Contains("发送方签名", Encoding.UTF8.GetString(Read(zip, "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_SignedBySenderWithSm2_VerifiesUnderItsKeyAlone()
    {
        var (pair, other) = (new Sm2Pair(), new Sm2Pair());
        var signature = Signature(Body);
        signature = signature with { Jwk = SmJwk(pair), Signature = pair.Sign(signature.Base.ToArray()) };
        var (sound, _) = await SignedAsync(signature);
        await using var owner = sound;
        var (unsound, _) = await SignedAsync(signature with { Jwk = SmJwk(other) });
        await using var another = unsound;

        Assert.Empty((await sound.VerifyAsync()).Findings);
        Assert.Equal("SENDER_SIGNATURE", Assert.Single((await unsound.VerifyAsync()).Findings).Code.Code);

        static JsonObject SmJwk(Sm2Pair pair)
        {
            var jwk = pair.Jwk;
            jwk["kid"] = "court-1";
            return jwk;
        }
    }

    /// <summary>A gateway that claims a signature which nobody made: its own leaf commits to it, and still it does not hold.</summary>
    [Theory]
    [InlineData("signature")]
    [InlineData("base")]
    [InlineData("body")]
    [InlineData("key")]
    public async Task Message_WithASignatureThatDoesNotHold_IsFound(string wrong)
    {
        var good = Signature(Body);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (audited, exchange) = await SignedAsync(wrong switch
        {
            "signature" => good with { Signature = new byte[64] },
            "base" => good with { Base = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(good.Base.Span).Replace("POST", "PUT", StringComparison.Ordinal)) },
            "body" => good with { Body = Encoding.UTF8.GetBytes("""{"question":"另一问"}""") },
            _ => good with { Jwk = Jwk(other) },
        });
        await using var owner = audited;

        var finding = Assert.Single((await audited.VerifyAsync()).Findings);
        Assert.Equal("SENDER_SIGNATURE", finding.Code.Code);
        Assert.Contains(exchange.ToString(), finding.Entry, StringComparison.Ordinal);
    }

    /// <summary>The body of a request for several people tells of all of them: it must not outlive one of them in another's exchange.</summary>
    [Fact]
    public async Task Messages_OfARequestForSeveral_KeepTheSignatureWithoutTheBody()
    {
        var (audited, _) = await SignedAsync(Signature(Body), openings: 2);
        await using var owner = audited;

        Assert.Empty((await audited.VerifyAsync()).Findings);
        using var archive = audited.OpenArchive();
        var kept = 0;
        foreach (var dossier in archive.ListExchanges(Guid.Empty, 100).Select(archive.Read))
        {
            var row = dossier.Row ?? throw new InvalidOperationException("no row");
            foreach (var message in dossier.Messages)
            {
                if (SenderSignaturePass.Read(ContentOpener.Of(audited.World.Keys, row).Open(message).Content) is { } signature)
                {
                    Assert.Empty(signature.Body);
                    kept++;
                }
            }
        }

        Assert.Equal(2, kept);
    }

    private static async Task<(AuditedWorld World, ExchangeId Exchange)> SignedAsync(SenderSignature signature, int openings = 1)
    {
        var (audited, _, _) = await AuditedWorld.CreateAsync();
        var command = new OpenCommand(
            SmallExchange.CourtId, SmallExchange.Id,
            [.. Enumerable.Range(50, openings).Select(number => new Opening(SmallExchange.Question(text: $"第 {number} 问"), []))], "signed")
        {
            Signature = signature,
        };
        var outcome = Assert.IsType<CommandOutcome.Accepted>(await audited.World.Ledger.OpenAsync(command, AuditedWorld.Cancellation));
        await audited.GrowAsync();
        return (audited, outcome.Answers[0].Exchange.Id);
    }

    private static SenderSignature Signature(byte[] body)
    {
        var signed = Encoding.ASCII.GetBytes(
            $"\"@method\": POST\n\"content-digest\": sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:\n\"@signature-params\": (\"@method\" \"content-digest\");created=1");
        return new SenderSignature("court-1", Jwk(Key), signed, Key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation), body);
    }

    private static JsonObject Jwk(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "court-1", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private static byte[] Read(ZipArchive zip, string name)
    {
        using var copy = new MemoryStream();
        using var file = Assert.IsType<ZipArchiveEntry>(zip.GetEntry(name)).Open();
        file.CopyTo(copy);
        return copy.ToArray();
    }
}
