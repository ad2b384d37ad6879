using System.Text;
using CsCheck;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Witness;
using LegalAid.Gateway.Exchange.Tests.Evidence.Log;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Witness;

/// <summary>A witness's judgement, status by status as c2sp.org/tlog-witness has them, and its memory.</summary>
public sealed class WitnessBookTests : IDisposable
{
    private const string Origin = "gateway.example/log";

    private static readonly NoteSigner Log = NoteSigner.Generate(Origin, NoteAlgorithm.Ed25519);
    private static readonly NoteSigner Cosigner = NoteSigner.Generate("witness.example/w1", NoteAlgorithm.Cosignature);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("witness-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly MemoryTiles _tree = MemoryTiles.Of(20);
    private WitnessBook _book;

    public WitnessBookTests() => _book = Open();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _book.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The example request of the specification (its keys are not published): read, and written as it was.</summary>
    [Fact]
    public void Parse_ExampleOfTheSpecification_IsReadWhole()
    {
        const string body = """
            old 20852014
            PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
            jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
            5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
            /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

            """;

        var request = AddCheckpointRequest.Parse(Encoding.UTF8.GetBytes(body));

        Assert.NotNull(request);
        Assert.Equal((20852014, 4, 2), (request.OldSize, request.Proof.Length, request.Checkpoint.Signatures.Length));
        Assert.Equal(body, request.ToString());
    }

    [Fact]
    public async Task Add_GrowingLog_IsCosignedWithTheTime()
    {
        var verdict = Assert.IsType<WitnessVerdict.Cosigned>(await AddAsync(0, 5));

        Assert.Equal(NoteFinding.Valid, new SignedNote(Text(5), [verdict.Signature]).Check([Cosigner.Key], out var good));
        Assert.Equal(_time.GetUtcNow(), good[0].At);
        Assert.IsType<WitnessVerdict.Cosigned>(await AddAsync(5, 20));
        Assert.IsType<WitnessVerdict.Cosigned>(await AddAsync(20, 20)); // the same again: for a log that lost the answer
        Assert.Equal(20, _book.Last(Origin)?.Size);
    }

    [Fact]
    public async Task Add_AnyOtherOldSize_IsToldTheLast()
    {
        _ = await AddAsync(0, 5);

        Assert.Equal(5, Assert.IsType<WitnessVerdict.OtherSize>(await AddAsync(0, 20)).Size);
        Assert.Equal(5, Assert.IsType<WitnessVerdict.OtherSize>(await AddAsync(4, 20)).Size);
        Assert.Equal(5, Assert.IsType<WitnessVerdict.OtherSize>(await AddAsync(6, 20)).Size);
        Assert.Equal(5, Assert.IsType<WitnessVerdict.OtherSize>(await AddAsync(0, 3)).Size);
        Assert.Equal(new WitnessReply(409, "text/x.tlog.size", "5\n"), WitnessReply.Of(new WitnessVerdict.OtherSize(5)));
    }

    [Fact]
    public async Task Add_OldSizeOverTheCheckpoints_IsMalformed() => Assert.IsType<WitnessVerdict.Malformed>(await AddAsync(6, 5));

    [Fact]
    public async Task Add_AnotherRootOfTheSameSize_IsConflict()
    {
        _ = await AddAsync(0, 5);
        var forged = new Checkpoint(Origin, 5, MemoryTiles.LeafAt(9));

        Assert.Equal(5, Assert.IsType<WitnessVerdict.OtherRoot>(await SendAsync(new AddCheckpointRequest(5, [], Sign(forged)))).Size);
        Assert.Equal(_tree.NaiveRoot(5), _book.Last(Origin)?.Root);
    }

    [Fact]
    public async Task Add_ForkOrProofThatDoesNotHold_IsNotConsistentAndNotKept()
    {
        _ = await AddAsync(0, 5);
        var fork = new Checkpoint(Origin, 8, MemoryTiles.LeafAt(9));
        var proof = await new TiledTree(_tree, 8).ConsistencyAsync(5, Cancellation);

        Assert.Equal(
            ProofFinding.OtherRoot,
            Assert.IsType<WitnessVerdict.NotConsistent>(await SendAsync(new AddCheckpointRequest(5, proof, Sign(fork)))).Finding);
        Assert.IsType<WitnessVerdict.NotConsistent>(await SendAsync(new AddCheckpointRequest(5, proof[..^1], Sign(8))));
        Assert.IsType<WitnessVerdict.NotConsistent>(await SendAsync(new AddCheckpointRequest(5, [], Sign(8))));
        Assert.Equal(5, _book.Last(Origin)?.Size);
    }

    [Fact]
    public async Task Add_ProofFromNothing_IsNotConsistent() =>
        Assert.IsType<WitnessVerdict.NotConsistent>(await SendAsync(new AddCheckpointRequest(0, [MemoryTiles.LeafAt(0)], Sign(5))));

    [Fact]
    public async Task Add_UnknownOriginOrKey_IsNeitherKeptNorCosigned()
    {
        var stranger = NoteSigner.Generate("other.example/log", NoteAlgorithm.Ed25519);
        var impostor = NoteSigner.Generate(Origin, NoteAlgorithm.Ed25519);
        var text = Text(5);
        SignedNote By(NoteSigner signer, string over) => new(over, [signer.Sign(over, default)]);

        Assert.IsType<WitnessVerdict.UnknownOrigin>(await SendAsync(
            new AddCheckpointRequest(0, [], By(stranger, new Checkpoint("other.example/log", 0, TreeHash.OfNothing).ToString()))));
        Assert.IsType<WitnessVerdict.Unsigned>(await SendAsync(new AddCheckpointRequest(0, [], By(impostor, text))));
        Assert.IsType<WitnessVerdict.Unsigned>(await SendAsync(
            new AddCheckpointRequest(0, [], By(Log, Text(6)) with { Text = text }))); // a good key's signature of another text
        Assert.Null(_book.Last(Origin));
    }

    [Fact]
    public async Task Add_MalformedBodies_AreMalformed()
    {
        var good = new AddCheckpointRequest(0, [], Sign(5)).ToString();
        var hash = MemoryTiles.LeafAt(0).ToString();
        string[] bodies =
        [
            "", "old 0\n", "\n\n", good[1..], good.Replace("old 0", "old 00", StringComparison.Ordinal), good.Replace("old 0", "old -1", StringComparison.Ordinal),
            good.Replace("old 0", "old", StringComparison.Ordinal), good.Replace("old 0\n", "old 0\nAAAA\n", StringComparison.Ordinal),
            good.Replace("old 0\n", $"old 0\n{string.Concat(Enumerable.Repeat($"{hash}\n", 64))}", StringComparison.Ordinal),
            good.Replace("\n5\n", "\nfive\n", StringComparison.Ordinal), good[..^1], $"old 0\n\n{new string('a', AddCheckpointRequest.BytesMax)}",
        ];

        foreach (var body in bodies)
        {
            Assert.IsType<WitnessVerdict.Malformed>(await _book.AddAsync(Encoding.UTF8.GetBytes(body), Cancellation));
        }

        Assert.Null(_book.Last(Origin));
    }

    [Fact]
    public async Task Add_AfterARestart_RemembersAndNeverGoesBack()
    {
        _ = await AddAsync(0, 9);
        Reopen();

        Assert.Equal(9, Assert.IsType<WitnessVerdict.OtherSize>(await AddAsync(0, 20)).Size);
        Assert.IsType<WitnessVerdict.Cosigned>(await AddAsync(9, 12));
    }

    /// <summary>Died between writing beside and renaming: the former stands.</summary>
    [Fact]
    public async Task Add_AfterACrashInTheMiddleOfKeeping_GoesOnFromTheFormer()
    {
        _ = await AddAsync(0, 9);
        var kept = _folder.GetFiles("*.checkpoint").Single();
        await File.WriteAllTextAsync(kept.FullName + ".new", "gateway.example/log\n1", Cancellation);
        Reopen();

        Assert.IsType<WitnessVerdict.Cosigned>(await AddAsync(9, 12));
    }

    [Fact]
    public async Task Add_MemoryDamaged_Throws()
    {
        _ = await AddAsync(0, 9);
        await File.WriteAllTextAsync(_folder.GetFiles("*.checkpoint").Single().FullName, "", Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await AddAsync(0, 12));
    }

    [Fact]
    public void Open_FolderThatAnotherHas_Throws() => Assert.ThrowsAny<IOException>(Open);

    [Fact]
    public async Task Race_OfRequestsFromOneSize_OneGrowsTheOthersAreToldTheSize()
    {
        _ = await AddAsync(0, 5);

        var verdicts = await Task.WhenAll(Enumerable.Range(6, 14).Select(size => Task.Run(() => AddAsync(5, size))));

        Assert.Single(verdicts, verdict => verdict is WitnessVerdict.Cosigned);
        Assert.All(verdicts.OfType<WitnessVerdict.OtherSize>(), told => Assert.Equal(_book.Last(Origin)?.Size, told.Size));
    }

    [Fact]
    public async Task Add_AnySequence_SizesNeverGoBack() => await Gen.Select(Gen.Int[0, 20], Gen.Int[1, 20]).Array[1, 12].SampleAsync(
        async requests =>
        {
            var before = _book.Last(Origin)?.Size ?? 0;
            foreach (var (old, size) in requests.Where(request => request.Item1 <= request.Item2))
            {
                _ = await AddAsync(old, size);
                var after = _book.Last(Origin)?.Size ?? 0;
                if (after < before)
                {
                    return false;
                }

                before = after;
            }

            return true;
        }, iter: 20, threads: 1);

    private WitnessBook Open() => new(_folder.FullName, Cosigner, [Log.Key], _time);

    private void Reopen()
    {
        _book.Dispose();
        _book = Open();
    }

    private string Text(int size) => new Checkpoint(Origin, size, _tree.NaiveRoot(size)).ToString();

    private SignedNote Sign(int size) => Sign(new Checkpoint(Origin, size, _tree.NaiveRoot(size)));

    private static SignedNote Sign(Checkpoint checkpoint) => new(checkpoint.ToString(), [Log.Sign(checkpoint.ToString(), default)]);

    private async Task<WitnessVerdict> AddAsync(int old, int size) =>
        await SendAsync(new AddCheckpointRequest(old, old > size ? [] : await new TiledTree(_tree, size).ConsistencyAsync(old, Cancellation), Sign(size)));

    private async Task<WitnessVerdict> SendAsync(AddCheckpointRequest request) =>
        await _book.AddAsync(Encoding.UTF8.GetBytes(request.ToString()), Cancellation);
}
