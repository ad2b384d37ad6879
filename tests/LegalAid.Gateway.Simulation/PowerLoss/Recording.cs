using System.Runtime.InteropServices;
using System.Text;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>What a process asked of the file system; the numbers are those of <c>recorder.c</c>.</summary>
internal enum CallKind
{
    Opened = 1,
    Written,
    Truncated,
    Allocated,
    Renamed,
    Linked,
    Unlinked,
    DirectoryMade,
    DirectoryRemoved,
    SyncBegun,
    SyncEnded,
}

/// <summary>One recorded call.</summary>
/// <param name="Thread">The system's id of the thread: the end of a sync belongs to the last beginning of its thread.</param>
/// <param name="Inode">The file; 0 where the call names paths, and in a sync of everything.</param>
/// <param name="Offset">Where a write or an allocation begins. For Opened: 1 where the call made the file.</param>
/// <param name="Length">New length, or length of the allocation.</param>
/// <param name="Path">Relative to the recorded directory, which is itself the empty path.</param>
/// <param name="Other">The new name of a rename or a link.</param>
internal sealed record Call(
    CallKind Kind, uint Thread, ulong Inode, long Offset, long Length, string Path, string Other, ReadOnlyMemory<byte> Data);

/// <summary>Everything that was recorded, in its order.</summary>
internal static class Recording
{
    /// <exception cref="InvalidDataException">The journal ends within a record, or names a path outside.</exception>
    public static List<Call> Read(Recorder recorder)
    {
        var bytes = File.ReadAllBytes(recorder.Journal);
        var root = Path.GetFullPath(recorder.Root);
        var calls = new List<Call>();
        for (var at = 0; at < bytes.Length;)
        {
            var header = bytes.Length - at >= HeaderBytes
                ? MemoryMarshal.Read<Header>(bytes.AsSpan(at))
                : throw new InvalidDataException("the journal ends within a record");
            at += HeaderBytes;
            var path = Text((int)header.PathBytes);
            var other = Text((int)header.OtherBytes);
            calls.Add(new Call(
                (CallKind)header.Kind, header.Thread, header.Inode, (long)header.Offset, (long)header.Length, path, other, bytes.AsMemory(at, (int)header.DataBytes)));
            at += (int)header.DataBytes;

            string Text(int count)
            {
                var text = Encoding.UTF8.GetString(bytes, at, count);
                at += count;
                return count == 0 ? "" : Relative(root, text);
            }
        }

        return calls;
    }

    private static string Relative(string root, string path) =>
        path == root ? "" : path.StartsWith(root + '/', StringComparison.Ordinal) ? path[(root.Length + 1)..] : throw new InvalidDataException($"{path} lies outside");

    private const int HeaderBytes = 48;

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Header(
        uint Kind, uint Thread, ulong Inode, ulong Offset, ulong Length, uint PathBytes, uint OtherBytes, ulong DataBytes);
}
