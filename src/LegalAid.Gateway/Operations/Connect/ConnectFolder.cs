using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations.Connect;

/// <summary>
/// What an agency's system keeps of its connection: <c>client.key</c>, its private key (PEM; no other file or message ever holds it); <c>client.json</c>, the
/// gateway's answer to its enrolment; <c>client.test.json</c>, how far its test is; and <c>client.next.key</c> while it changes its key. The first two are what
/// docs/connect.md makes with openssl and curl, so that either way goes on where the other stopped. Every write is whole or not there.
/// </summary>
internal sealed class ConnectFolder(string path)
{
    private string KeyFile => Path.Combine(path, "client.key");

    private string NextKeyFile => Path.Combine(path, "client.next.key");

    private string ConnectionFile => Path.Combine(path, "client.json");

    private string TestFile => Path.Combine(path, "client.test.json");

    public ECDsa? FindKey() => FindKey(KeyFile);

    public ECDsa MakeKey() => MakeKey(KeyFile);

    /// <summary>The key that is to take the place of the other; null: none is.</summary>
    public ECDsa? FindNextKey() => FindKey(NextKeyFile);

    public ECDsa MakeNextKey() => MakeKey(NextKeyFile);

    /// <summary>Puts the next key in the place of the one there is, which is gone with it.</summary>
    public void TakeNextKey() => Durably.Rename(NextKeyFile, KeyFile, overwrite: true);

    /// <summary>The gateway's answer to the enrolment; null before it.</summary>
    public JsonObject? FindConnection() => Find(ConnectionFile);

    public void KeepConnection(JsonObject answer) => Keep(ConnectionFile, answer);

    public JsonObject? FindTest() => Find(TestFile);

    public void KeepTest(JsonObject test) => Keep(TestFile, test);

    private static JsonObject? Find(string file) => File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) as JsonObject : null;

    private void Keep(string file, JsonObject document)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(file + SecretFile.Unfinished, document.ToJsonString());
        Durably.Rename(file + SecretFile.Unfinished, file, overwrite: true);
    }

    private static ECDsa? FindKey(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key;
    }

    private ECDsa MakeKey(string file)
    {
        Directory.CreateDirectory(path);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecretFile.Write(file, key.ExportPkcs8PrivateKeyPem());
        return key;
    }
}
