using CsCheck;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>Trees kept in tiles, against the definition. CsCheck prints the seed of a failure.</summary>
public sealed class TiledTreeTests
{
    private static readonly Gen<int> Sizes = Gen.OneOf(Gen.Int[1, 40], Gen.Int[250, 260], Gen.Int[500, 520], Gen.Int[1, 1500]);
    private static readonly Gen<int[]> Batches = Gen.Int[0, 300].Array[0, 6];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Append_InWhateverBatches_GivesTheNaiveRoot() => Gen.Select(Sizes, Batches).Sample(
        (size, batches) => MemoryTiles.Of(size, batches) is var tree && tree.Edge.Size == size && tree.Edge.Root == tree.NaiveRoot(size), iter: 100);

    [Fact]
    public async Task Edge_ReadFromTiles_IsTheOneThatWroteThem() => await Gen.Select(Sizes, Batches).SampleAsync(
        async (size, batches) =>
        {
            var tree = MemoryTiles.Of(size, batches);
            var read = await new TiledTree(tree, size).EdgeAsync(Cancellation);
            var (longer, _) = read.Append([MemoryTiles.LeafAt(size)]);
            tree.Append(1);
            return read.Root == tree.NaiveRoot(size) && longer.Root == tree.Edge.Root;
        }, iter: 60);

    [Fact]
    public async Task Inclusion_OfEveryLeafInEverySize_IsValidAndNoChangeOfIt()
    {
        await Gen.Select(Sizes, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[0, 255]).SampleAsync(
            async (size, anyIndex, anyPlace, bit) =>
            {
                var (tree, index) = (MemoryTiles.Of(size + 3, size), anyIndex % size);
                var root = tree.NaiveRoot(size);
                var proof = await new TiledTree(tree, size).InclusionAsync(index, Cancellation);
                var leaf = MemoryTiles.LeafAt(index);
                var changed = proof.ToArray();
                if (changed.Length > 0)
                {
                    changed[anyPlace % changed.Length] = Flipped(changed[anyPlace % changed.Length], bit);
                }

                return MerkleProof.CheckInclusion(index, size, leaf, proof.AsSpan(), root) == ProofFinding.Valid
                    && MerkleProof.CheckInclusion(index, size, Flipped(leaf, bit), proof.AsSpan(), root) == ProofFinding.OtherRoot
                    && MerkleProof.CheckInclusion(index, size, leaf, proof.AsSpan(), Flipped(root, bit)) == ProofFinding.OtherRoot
                    && MerkleProof.CheckInclusion(index, size, leaf, [.. proof, root], root) == ProofFinding.WrongLength
                    && (proof.IsEmpty || (MerkleProof.CheckInclusion(index, size, leaf, changed, root) == ProofFinding.OtherRoot
                        && MerkleProof.CheckInclusion(index, size, leaf, proof[..^1].AsSpan(), root) == ProofFinding.WrongLength))
                    && Enumerable.Range(0, size).Where(other => other != index).Take(64).All(other =>
                        MerkleProof.CheckInclusion(other, size, leaf, proof.AsSpan(), root) != ProofFinding.Valid);
            }, iter: 100);
    }

    [Fact]
    public async Task Consistency_OfEveryTwoSizes_IsValidAndNoChangeOfIt()
    {
        await Gen.Select(Sizes, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[0, 255]).SampleAsync(
            async (size, anyFrom, anyPlace, bit) =>
            {
                var (tree, from) = (MemoryTiles.Of(size), (anyFrom % size) + 1);
                var (former, root) = (tree.NaiveRoot(from), tree.NaiveRoot(size));
                var proof = await new TiledTree(tree, size).ConsistencyAsync(from, Cancellation);
                var changed = proof.ToArray();
                if (changed.Length > 0)
                {
                    changed[anyPlace % changed.Length] = Flipped(changed[anyPlace % changed.Length], bit);
                }

                return MerkleProof.CheckConsistency(from, size, former, root, proof.AsSpan()) == ProofFinding.Valid
                    && MerkleProof.CheckConsistency(from, size, Flipped(former, bit), root, proof.AsSpan()) != ProofFinding.Valid
                    && MerkleProof.CheckConsistency(from, size, former, Flipped(root, bit), proof.AsSpan()) != ProofFinding.Valid
                    && MerkleProof.CheckConsistency(from, size, former, root, [.. proof, root]) == ProofFinding.WrongLength
                    && (proof.IsEmpty || (MerkleProof.CheckConsistency(from, size, former, root, changed) != ProofFinding.Valid
                        && MerkleProof.CheckConsistency(from, size, former, root, proof[..^1].AsSpan()) != ProofFinding.Valid));
            }, iter: 100);
    }

    [Fact]
    public async Task Proofs_OfThePublishedTree_AreThePublishedOnes()
    {
        var tiles = new PublishedTiles();
        foreach (var row in PublishedTree.Inclusions)
        {
            var (index, size, path) = row.Data;
            Assert.Equal(PublishedTree.Hex(path), await new TiledTree(tiles, size).InclusionAsync(index, Cancellation));
        }

        foreach (var row in PublishedTree.Consistencies)
        {
            var (from, size, path) = row.Data;
            Assert.Equal(PublishedTree.Hex(path), await new TiledTree(tiles, size).ConsistencyAsync(from, Cancellation));
        }
    }

    [Fact]
    public async Task Consistency_FromNothing_IsEmpty()
    {
        var tree = MemoryTiles.Of(5);

        var proof = await new TiledTree(tree, 5).ConsistencyAsync(0, Cancellation);

        Assert.Empty(proof);
        Assert.Equal(ProofFinding.Valid, MerkleProof.CheckConsistency(0, 5, TreeHash.OfNothing, tree.Edge.Root, []));
        Assert.Equal(ProofFinding.WrongLength, MerkleProof.CheckConsistency(0, 5, TreeHash.OfNothing, tree.Edge.Root, [tree.Edge.Root]));
    }

    [Fact]
    public async Task Inclusion_InALargeTree_ReadsAFewTilesOnceEach()
    {
        var tree = MemoryTiles.Of(70_000);

        _ = await new TiledTree(tree, 70_000).InclusionAsync(12_345, Cancellation);

        Assert.Equal(tree.Asked.Count, tree.Asked.Distinct().Count());
        Assert.InRange(tree.Asked.Count, 1, 5);
    }

    [Fact]
    public async Task CachedTiles_OverTheirBound_ForgetTheOneLeftUnused()
    {
        var tree = MemoryTiles.Of(3 * TilePath.WidthMax);
        var cached = new CachedTiles(tree, tilesMax: 2);
        TilePath Full(long position) => new(0, position, TilePath.WidthMax);

        foreach (var position in (long[])[0, 1, 0, 2, 0, 1])
        {
            Assert.Equal(MemoryTiles.LeafAt(position * TilePath.WidthMax), (await cached.ReadAsync(Full(position), Cancellation))[0]);
        }

        Assert.Equal([Full(0), Full(1), Full(2), Full(1)], tree.Asked);
        Assert.Equal(7, (await cached.ReadAsync(new TilePath(0, 1, 7), Cancellation)).Path.Width);
        Assert.Equal(4, tree.Asked.Count);
    }

    private static TreeHash Flipped(TreeHash hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new TreeHash(bytes);
    }

    private sealed class PublishedTiles : ITileReader
    {
        private readonly Tile _leaves = Tile.Of(new TilePath(0, 0, 8), [.. Enumerable.Range(0, 8).Select(index => PublishedTree.Leaf(index))]);

        public ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken) => ValueTask.FromResult(_leaves.Narrowed(path.Width));
    }
}
