using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Operations;

/// <summary>The authorities that issue certificates to clients, from the file that the settings name.</summary>
internal static class ClientAuthorities
{
    /// <exception cref="StartRefusedException">The file cannot be read or holds no certificate.</exception>
    public static X509Certificate2Collection Load(string workingFolder, MutualTlsSettings? settings)
    {
        var authorities = new X509Certificate2Collection();
        if (settings?.Authorities is not { } file)
        {
            return authorities;
        }

        try
        {
            authorities.ImportFromPemFile(Path.Combine(workingFolder, file));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException($"无法读取签发客户端证书的机构 · The authorities of client certificates cannot be read from {file}: {unusable.Message}");
        }

        return authorities.Count > 0
            ? authorities
            : throw new StartRefusedException($"文件中没有证书 · {file} holds no certificate of an authority");
    }
}
