using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Operations.Peers;

/// <summary>
/// The verb <c>peers entry</c>: writes what another city's directory is to say of this gateway, from its configuration and its key folder, as files that go into the other's
/// <c>gateway-config/agencies</c> unchanged; signed, where a key is given. It needs no running gateway and changes nothing of this one. Exit 0: written; 1: not.
/// </summary>
internal static class PeerEntryVerb
{
    private static readonly Option<string?> Toward = new("--toward") { Description = "对方网关的编号；其 connectors/{编号}.pem 的证书写入条目 · The other gateway's id here, whose connectors/{id}.pem our connections show: its thumbprint is pinned." };
    private static readonly Option<string[]> Agencies = new("--agency") { Description = "经本网关往来的本市机构，可多次 · An agency of ours that takes part; may be repeated.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Networks = new("--network") { Description = "对方连接本网关时允许的网段（CIDR）；地址是 IP 时可省略 · Networks in which our address is; not needed where it is an IP.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> Region = new("--region") { Description = "区划代码；默认取本市机构所在的市 · Our region; by default the city of most of our agencies." };
    private static readonly Option<Uri?> Url = CommandLine.Address("--url", "对方访问的地址；默认 mutual-tls.public-address，否则 public-address · Where the other calls us; by default as configured.");
    private static readonly Option<DirectoryInfo> Out = new("--out", "-o") { Description = "写入的目录 · The folder to write to.", DefaultValueFactory = _ => new DirectoryInfo("peer-entry") };
    private static readonly Option<bool> Replace = new("--replace") { Description = "覆盖已有文件 · Write over files that are there." };
    private static readonly Option<string?> Signer = new("--signer") { Description = "签署人名称 · The signer's name, as in the other's directory.yaml." };
    private static readonly Option<FileInfo?> Key = new("--key") { Description = "签署密钥 · The signer's key." };
    private static readonly Option<int> Days = new("--days") { Description = "签署的有效天数 · For how many days it is signed.", DefaultValueFactory = _ => 365 };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var name = new Argument<string>("name") { Description = "本网关在对方目录中的编号，如 nanning-gateway · This gateway's id in the other's directory." };
        var command = new Command("entry", "写出对方登记本网关所需的条目，交给对方放入其 agencies 目录 · Write the entries by which another city enrols this gateway.") { name };
        foreach (var option in new Option[] { Toward, Agencies, Networks, Region, Url, Out, Replace, Signer, Key, Days })
        {
            command.Options.Add(option);
        }

        command.SetAction(arguments => CommandLine.Guard(() => Write(optionsOf(arguments), arguments, arguments.GetRequiredValue(name))));
        return command;
    }

    private static int Write(GatewayHostOptions options, ParseResult arguments, string name)
    {
        try
        {
            var configuration = HostConfiguration.Read(options);
            var keys = KeyFolder.Open(Path.Combine(options.WorkingFolder, configuration.Settings.KeyFolder), options.Time);
            var entry = EntryOf(configuration, keys, arguments, name);
            var files = arguments.GetValue(Agencies)!.Select(agency => (agency, PeerEntry.BehindOf(OursOf(configuration, agency), entry.Id))).Prepend((name, entry.Text)).ToList(); // an option of several is never null
            var sign = SignerOf(options, arguments);
            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(Out).FullName);
            foreach (var (id, text) in files)
            {
                var place = Path.Combine(folder.FullName, id + (sign is null ? ".yaml" : EntryFile.Extension));
                if (File.Exists(place) && !arguments.GetValue(Replace))
                {
                    throw new IOException($"{place} 已存在；--replace 覆盖 · is there already; --replace writes over it");
                }

                File.WriteAllText(place, sign?.Invoke(id, text) ?? text);
                Console.Out.WriteLine(place);
            }

            Hint(entry, files.Count);
            return 0;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or FormatException)
        {
            Console.Error.WriteLine($"未写出 · Not written: {unusable.Message}");
            return 1;
        }
    }

    private static PeerEntry EntryOf(HostConfiguration configuration, KeyFolder keys, ParseResult arguments, string name)
    {
        var settings = configuration.Settings;
        var url = arguments.GetValue(Url) ?? settings.MutualTls?.PublicAddress ?? settings.PublicAddress;
        ImmutableArray<string> networks = arguments.GetValue(Networks) is { Length: > 0 } given ? [.. given]
            : IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) ? [$"{ip}/{ip.GetAddressBytes().Length * 8}"]
            : throw new StartRefusedException($"{url.Host} 不是 IP 地址，请用 --network 写明所在网段 · is no IP address: say its networks by --network");
        var region = arguments.GetValue(Region) is { } code
            ? RegionCode.Parse(code)
            : PeerEntry.CityOf(configuration.Snapshot.Agencies.All);
        return new PeerEntry(
            AgencyId.TryParse(name, out var id) ? id : throw new StartRefusedException($"{name} 不是编号 · is no id"), PeerEntry.TitleOf(region, configuration.Snapshot.RegionNames), region, url, networks,
            PeerEntry.KeysOf(keys), arguments.GetValue(Toward) is { } toward ? PeerEntry.ThumbprintOf(keys, toward) : null);
    }

    private static Agency OursOf(HostConfiguration configuration, string agency) =>
        AgencyId.TryParse(agency, out var id) && configuration.Snapshot.Agencies.Find(id) is { Channel: not (Channel.Through or Channel.Peer) } ours
            ? ours
            : throw new StartRefusedException($"{agency} 不是本网关的机构 · is no agency of this gateway");

    /// <summary>Null where nobody signs.</summary>
    private static Func<string, string, string>? SignerOf(GatewayHostOptions options, ParseResult arguments)
    {
        if (arguments.GetValue(Signer) is not { } signer || arguments.GetValue(Key) is not { } pem)
        {
            return arguments.GetValue(Signer) is null && arguments.GetValue(Key) is null ? null : throw new StartRefusedException("--signer 与 --key 须同时填写 · --signer and --key go together");
        }

        var now = options.Time.GetUtcNow();
        return (agency, text) => DirectoryVerbs.Signed(pem, signer, agency, text, now, now.AddDays(arguments.GetValue(Days)));
    }

    private static void Hint(PeerEntry entry, int files)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine($"公钥指纹，请当面或电话核对 · Fingerprints of the keys, to be compared by telephone: {string.Join(", ", entry.Keys.Select(key => $"{key.Kid} {key.Thumbprint}"))}");
        if (entry.Certificate is null)
        {
            Console.Out.WriteLine("条目中没有证书：放好 connectors/{对方编号}.pem 后用 --toward 重新写出 · No certificate is pinned: put connectors/{id}.pem into the key folder and write again with --toward");
        }

        if (files == 1)
        {
            Console.Out.WriteLine("未写出机构：用 --agency 指明哪些机构经本网关往来 · No agency was written: name those that take part by --agency");
        }
    }
}
