using System.Text.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;
using static LegalAid.Gateway.Exchange.Tests.Evidence.Log.PublishedTree;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>The published vectors of RFC 6962, and real answers of a Certificate Transparency log.</summary>
public sealed class PublishedTreeTests
{
    private static readonly TreeHash Wrong = Hex("abacaba000000000000000000000000000000000000000000060061e00123456");

    [Fact]
    public void Root_OfEverySize_IsThePublishedOne()
    {
        Assert.Equal(Hex(EmptyRoot), TreeEdge.Empty.Root);
        var edge = TreeEdge.Empty;
        for (var size = 1; size <= Leaves.Length; size++)
        {
            (edge, _) = edge.Append([Leaf(size - 1)]);
            Assert.Equal(Root(size), edge.Root);
        }
    }

    [Theory]
    [MemberData(nameof(Inclusions), MemberType = typeof(PublishedTree))]
    public void CheckInclusion_PublishedProof_IsValidAndNothingBesideIt(long index, long size, string[] path)
    {
        var proof = Hex(path);
        Assert.Equal(ProofFinding.Valid, MerkleProof.CheckInclusion(index, size, Leaf(index), proof, Root(size)));

        void Refused(long atIndex, long ofSize, TreeHash leaf, TreeHash[] by, TreeHash root) =>
            Assert.NotEqual(ProofFinding.Valid, MerkleProof.CheckInclusion(atIndex, ofSize, leaf, by, root));
        Refused(index - 1, size, Leaf(index), proof, Root(size));
        Refused(index + 1, size, Leaf(index), proof, Root(size));
        Refused(index ^ 2, size, Leaf(index), proof, Root(size));
        Refused(index, size * 2, Leaf(index), proof, Root(size));
        Refused(index, size / 2, Leaf(index), proof, Root(size));
        Refused(index, size, Wrong, proof, Root(size));
        Refused(index, size, Leaf(index), proof, Hex(EmptyRoot));
        Refused(index, size, Leaf(index), proof, Wrong);
        Refused(index, size, Leaf(index), [.. proof, Root(size)], Root(size));
        Refused(index, size, Leaf(index), [Root(size), .. proof], Root(size));
        for (var place = 0; place < proof.Length; place++)
        {
            Refused(index, size, Leaf(index), [.. proof.Select((hash, at) => at == place ? Wrong : hash)], Root(size));
            Refused(index, size, Leaf(index), [.. proof.Where((_, at) => at != place)], Root(size));
        }
    }

    [Theory]
    [MemberData(nameof(Consistencies), MemberType = typeof(PublishedTree))]
    public void CheckConsistency_PublishedProof_IsValidAndNothingBesideIt(long from, long size, string[] path)
    {
        var proof = Hex(path);
        Assert.Equal(ProofFinding.Valid, MerkleProof.CheckConsistency(from, size, Root(from), Root(size), proof));

        void Refused(long ofFormer, long ofSize, TreeHash former, TreeHash root, TreeHash[] by) =>
            Assert.NotEqual(ProofFinding.Valid, MerkleProof.CheckConsistency(ofFormer, ofSize, former, root, by));
        Refused(from, size, Root(from), Root(size), [.. proof, Root(size)]);
        Refused(from, size, Root(from), Root(size), [Root(from), .. proof]);
        Refused(from, size, Wrong, Root(size), proof);
        if (proof.Length == 0)
        {
            return;
        }

        Refused(from - 1, size, Root(from), Root(size), proof);
        Refused(from + 1, size, Root(from), Root(size), proof);
        Refused(from ^ 2, size, Root(from), Root(size), proof);
        Refused(from, size * 2, Root(from), Root(size), proof);
        Refused(from, size / 2, Root(from), Root(size), proof);
        Refused(from, size, Root(from), Wrong, proof);
        Refused(from, size, Root(size), Root(from), proof);
        Refused(from, size, Root(from), Root(size), []);
        for (var place = 0; place < proof.Length; place++)
        {
            Refused(from, size, Root(from), Root(size), [.. proof.Select((hash, at) => at == place ? Wrong : hash)]);
            Refused(from, size, Root(from), Root(size), [.. proof.Where((_, at) => at != place)]);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(-1, 1)]
    public void CheckConsistency_BackInTime_IsOutsideTheTree(long from, long size) =>
        Assert.Equal(ProofFinding.OutsideTree, MerkleProof.CheckConsistency(from, size, Root(1), Root(1), []));

    /// <summary>The files in <c>Vectors</c> are those of golang.org/x/mod, sumdb/tlog/testdata/argon2020: answers of Google's Argon 2020 log.</summary>
    [Fact]
    public void CheckInclusion_OfARealLog_IsValid()
    {
        var (size, root) = RealHead();
        var entry = Read("entries").GetProperty("entries")[0].GetProperty("leaf_input").GetBytesFromBase64();
        var answer = Read("proof");

        var finding = MerkleProof.CheckInclusion(
            answer.GetProperty("leaf_index").GetInt64(), size, TreeHash.OfLeaf(entry), Hashes(answer.GetProperty("audit_path")), root);

        Assert.Equal(ProofFinding.Valid, finding);
    }

    /// <summary>The former size and root stand in golang.org/x/mod, sumdb/tlog/ct_test.go.</summary>
    [Fact]
    public void CheckConsistency_OfARealLog_IsValid()
    {
        var (size, root) = RealHead();
        Assert.True(TreeHash.TryParse("AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=", out var former));

        Assert.Equal(
            ProofFinding.Valid, MerkleProof.CheckConsistency(3654490, size, former, root, Hashes(Read("consistency").GetProperty("consistency"))));
    }

    private static (long Size, TreeHash Root) RealHead()
    {
        var head = Read("sth");
        return (head.GetProperty("tree_size").GetInt64(), new TreeHash(head.GetProperty("sha256_root_hash").GetBytesFromBase64()));
    }

    private static TreeHash[] Hashes(JsonElement list) => [.. list.EnumerateArray().Select(hash => new TreeHash(hash.GetBytesFromBase64()))];

    private static JsonElement Read(string name) => JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Evidence", "Log", "Vectors", $"argon2020-{name}.json"))).RootElement;
}
