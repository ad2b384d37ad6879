using System.Collections.Concurrent;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>
/// Digests of uploads under way, kept between the calls that bring their pieces. It is a convenience of this node and nothing rests on it:
/// where a call finds none that stands at its upload's bytes — another node had the piece before, the process was restarted, the bound is
/// reached — the upload is hashed from the store once, when it is whole. So a document costs one pass, or two, however many pieces it came in;
/// to hash what is stored at each resumption would cost the square of them.
/// </summary>
internal sealed class UploadDigests : IDisposable
{
    /// <summary>Digests kept at a time; some 500 bytes each.</summary>
    private const int KeptMax = 1024;

    private readonly ConcurrentDictionary<AttachmentId, RunningDigest> _kept = new();

    /// <summary>The digest of the upload's first <paramref name="bytes"/>, which is the caller's until it is put back; null where there is none.</summary>
    public RunningDigest? Take(AttachmentId id, long bytes)
    {
        var found = _kept.TryRemove(id, out var kept) && kept.Bytes == bytes ? kept : null;
        if (found is null)
        {
            kept?.Dispose();
        }

        return found ?? (bytes == 0 ? new RunningDigest() : null);
    }

    public void Put(AttachmentId id, RunningDigest digest)
    {
        if (_kept.Count >= KeptMax || !_kept.TryAdd(id, digest))
        {
            digest.Dispose();
        }
    }

    public void Forget(AttachmentId id)
    {
        if (_kept.TryRemove(id, out var kept))
        {
            kept.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var id in _kept.Keys)
        {
            Forget(id);
        }
    }
}
