using System.CommandLine;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations;

/// <summary>For whoever vouches for agencies, a province's bureau say: a key, and entries signed by it. Needs no gateway and no configuration.</summary>
internal static class DirectoryVerbs
{
    private const int DaysMax = 1100;

    public static Command Create()
    {
        var command = new Command("directory", "签署机构目录条目 · Sign entries of the directory of agencies.");
        command.Subcommands.Add(Key());
        command.Subcommands.Add(Sign());
        return command;
    }

    private static Command Key()
    {
        var file = new Argument<FileInfo>("file") { Description = "私钥写入的文件，已存在则不覆盖 · Where the private key is written; an existing file is never written over." };
        var command = new Command("key", "生成签署密钥，打印公钥，由各网关登记到 directory.yaml · Make a key and print its public half, which gateways put into directory.yaml.") { file };
        command.SetAction(arguments => Guard(() =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            SecretFile.Write(arguments.GetRequiredValue(file).FullName, key.ExportPkcs8PrivateKeyPem());
            Console.Out.WriteLine($"jwks: {{ keys: [{Public(key).ToJwk().ToJsonString()}] }}");
        }));
        return command;
    }

    private static Command Sign()
    {
        var file = new Argument<FileInfo>("file") { Description = "机构文件，文件名为机构编号 · The agency's file, named by its id: {id}.yaml." };
        var signer = new Option<string>("--signer") { Description = "签署人名称，与 directory.yaml 一致 · The signer's name, as in directory.yaml.", Required = true };
        var pem = new Option<FileInfo>("--key") { Description = "签署密钥 · The key.", Required = true };
        var days = new Option<int>("--days") { Description = "有效天数 · For how many days.", DefaultValueFactory = _ => 365 };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > DaysMax)
            {
                result.AddError($"--days 须在 1 至 {DaysMax} 之间 · --days is between 1 and {DaysMax}");
            }
        });
        var command = new Command("sign", "签署一个条目，写在同一目录的 {id}.jws · Sign an entry, written beside the file as {id}.jws.") { file, signer, pem, days };
        command.SetAction(arguments => Guard(() =>
        {
            var entry = arguments.GetRequiredValue(file);
            var agency = Path.GetFileNameWithoutExtension(entry.Name);
            var now = TimeProvider.System.GetUtcNow();
            var until = now.AddDays(arguments.GetValue(days));
            var place = Path.ChangeExtension(entry.FullName, EntryFile.Extension);
            File.WriteAllText(place, Signed(arguments.GetRequiredValue(pem), arguments.GetRequiredValue(signer), agency, File.ReadAllText(entry.FullName), now, until));
            Console.Out.WriteLine($"已签署 · Signed {agency}, {now:yyyy-MM-dd} → {until:yyyy-MM-dd}: {place}");
        }));
        return command;
    }

    /// <summary>An entry signed by a key in PEM.</summary>
    /// <param name="yaml">The text of the agency's file.</param>
    public static string Signed(FileInfo pem, string signer, string agency, string yaml, DateTimeOffset issued, DateTimeOffset until)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(pem.FullName));
        return EntryFile.Sign(key, Public(key).Kid, signer, agency, yaml, issued, until);
    }

    /// <summary>Named by its thumbprint (RFC 7638): one key has one id wherever it is enrolled.</summary>
    private static AgencyClientKey Public(ECDsa key) => AgencyClientKey.From(AgencyClientKey.From("key", key).Thumbprint, key);

    private static int Guard(Action act)
    {
        try
        {
            act();
            return 0;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            Console.Error.WriteLine($"未完成 · Not done: {unusable.Message}");
            return 1;
        }
    }
}
