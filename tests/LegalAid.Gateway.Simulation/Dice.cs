using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Simulation;

/// <summary>
/// Chance that repeats: each roll is a function of the seed and of what is rolled for, not of the order in which threads come by. Two runs of
/// a seed meet the same faults at the same messages; how threads interleave in between is the machine's.
/// </summary>
internal sealed class Dice(int seed)
{
    /// <summary>A number of [0, 1).</summary>
    public double Roll(string what)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{what}"));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) / (double)(1UL << 53);
    }

    public int Roll(string what, int count) => (int)(Roll(what) * count);
}
