using System.Security.Cryptography;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>What a <c>Content-Digest</c> field (RFC 9530) says of a body: SHA-256, SHA-512 or both. Others in it are not looked at.</summary>
public sealed class ContentDigest
{
    private readonly ReadOnlyMemory<byte>? _sha256;
    private readonly ReadOnlyMemory<byte>? _sha512;

    private ContentDigest(ReadOnlyMemory<byte>? sha256, ReadOnlyMemory<byte>? sha512) => (_sha256, _sha512) = (sha256, sha512);

    /// <summary>Whether it says SHA-256, the one that all can compare.</summary>
    public bool HasSha256 => _sha256 is not null;

    /// <summary>The field for a body, by SHA-256.</summary>
    public static string Of(ReadOnlySpan<byte> body) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:";

    /// <summary>Null where the field is malformed or names neither digest, or one of the wrong length.</summary>
    public static ContentDigest? TryParse(string field)
    {
        if (DictionaryReader.TryRead(field) is not { } members
            || !TryFind(members, "sha-256", SHA256.HashSizeInBytes, out var sha256)
            || !TryFind(members, "sha-512", SHA512.HashSizeInBytes, out var sha512)
            || (sha256 is null && sha512 is null))
        {
            return null;
        }

        return new ContentDigest(sha256, sha512);
    }

    /// <summary>The body, hashed while it is read: constant memory.</summary>
    /// <param name="body">What is read through it; stays the caller's.</param>
    /// <param name="mismatch">Thrown at the end of a body that is another, so that no reader comes to that end.</param>
    public Stream Watch(Stream body, Func<Exception> mismatch) => new DigestedBody(body, this, mismatch);

    private static bool TryFind(IReadOnlyDictionary<string, FieldMember> members, string name, int length, out ReadOnlyMemory<byte>? digest)
    {
        digest = null;
        if (!members.TryGetValue(name, out var member))
        {
            return true;
        }

        if (member is not FieldMember.Single { Value: BareItem.Bytes { Value: var bytes } } || bytes.Length != length)
        {
            return false;
        }

        digest = bytes;
        return true;
    }

    private sealed class DigestedBody(Stream body, ContentDigest stated, Func<Exception> mismatch) : Stream
    {
        private readonly IncrementalHash? _sha256 = stated._sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly IncrementalHash? _sha512 = stated._sha512 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA512);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Take(buffer.Span[..read], atEnd: read == 0 && buffer.Length > 0);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = body.Read(buffer, offset, count);
            Take(buffer.AsSpan(offset, read), atEnd: read == 0 && count > 0);
            return read;
        }

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _sha256?.Dispose();
            _sha512?.Dispose();
            base.Dispose(disposing);
        }

        private void Take(ReadOnlySpan<byte> piece, bool atEnd)
        {
            _sha256?.AppendData(piece);
            _sha512?.AppendData(piece);
            if (atEnd && !(Same(_sha256, stated._sha256) && Same(_sha512, stated._sha512)))
            {
                throw mismatch();
            }
        }

        private static bool Same(IncrementalHash? hash, ReadOnlyMemory<byte>? stated) =>
            hash is null || hash.GetCurrentHash().AsSpan().SequenceEqual(stated.GetValueOrDefault().Span);
    }
}
