using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Ids for production: UUIDv7 (RFC 9562 5.7) of system time, with a counter so that ids of one process never go back.</summary>
public sealed class SystemIds(TimeProvider system) : IIdSource
{
    private const int RandomBytes = 8;

    private readonly Lock _gate = new();
    private readonly byte[] _drawn = new byte[RandomBytes * 256]; // drawn together: one draw costs as much as all
    private int _left;
    private long _last;

    public Guid NewId()
    {
        // 48 bits of milliseconds and 12 of a counter, as one number that only grows; 62 random bits behind it.
        long stamp;
        Span<byte> bytes = stackalloc byte[16];
        lock (_gate)
        {
            if (_left == 0)
            {
                RandomNumberGenerator.Fill(_drawn);
                _left = _drawn.Length;
            }

            _left -= RandomBytes;
            _drawn.AsSpan(_left, RandomBytes).CopyTo(bytes[8..]);
            stamp = _last = Math.Max(_last + 1, system.GetUtcNow().ToUnixTimeMilliseconds() << 12);
        }

        var (milliseconds, counter) = (stamp >> 12, (int)(stamp & 0xFFF));
        for (var i = 0; i < 6; i++)
        {
            bytes[i] = (byte)(milliseconds >> (40 - (8 * i)));
        }

        bytes[6] = (byte)(0x70 | (counter >> 8));
        bytes[7] = (byte)counter;
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
