using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// What the https listeners show: <c>tls.pem</c> of the key folder, the private key, the certificate and the intermediates in one file. It is read
/// again when the file has changed, so that a certificate is renewed without a restart; one that cannot be read then leaves the old one in place.
/// </summary>
internal sealed class ServerCertificate
{
    public const string File = "tls.pem";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Lock _reading = new();
    private volatile Held _held;

    private ServerCertificate(string path, TimeProvider time, Held held) => (_path, _time, _held) = (path, time, held);

    /// <exception cref="StartRefusedException">The file is not there or holds no certificate with its key.</exception>
    public static ServerCertificate Load(string keyFolder, TimeProvider time)
    {
        var path = Path.Combine(keyFolder, File);
        try
        {
            return new ServerCertificate(path, time, Read(path, time));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException(
                $"https 监听需要证书 · https listeners need {File} in the key folder (private key, certificate, intermediates; PEM): {unusable.Message}");
        }
    }

    public SslStreamCertificateContext Current
    {
        get
        {
            var held = _held;
            if (_time.GetElapsedTime(held.LookedAt) < LookInterval || !_reading.TryEnter())
            {
                return held.Context;
            }

            try
            {
                _held = Renewed(held);
                return _held.Context;
            }
            finally
            {
                _reading.Exit();
            }
        }
    }

    private Held Renewed(Held held)
    {
        try
        {
            return System.IO.File.GetLastWriteTimeUtc(_path) == held.WrittenAt ? held with { LookedAt = _time.GetTimestamp() } : Read(_path, _time);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return held with { LookedAt = _time.GetTimestamp() }; // half written, most likely: looked at again
        }
    }

    private static Held Read(string path, TimeProvider time)
    {
        var written = System.IO.File.GetLastWriteTimeUtc(path);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        var own = X509Certificate2.CreateFromPemFile(path, path);
        return new Held(SslStreamCertificateContext.Create(own, chain, offline: true), written, time.GetTimestamp());
    }

    private sealed record Held(SslStreamCertificateContext Context, DateTime WrittenAt, long LookedAt);
}
