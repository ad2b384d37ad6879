using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What came of reading gateway.yaml: settings where there are no faults, and only there.</summary>
public sealed record SettingsOutcome(
    GatewaySettings? Settings, IReadOnlyList<ConfigurationFault> Faults, IReadOnlyList<ConfigurationFault> Warnings);

/// <summary>Reads <c>gateway.yaml</c>; pure. Each value's range stands at its property in <see cref="GatewaySettings"/>.</summary>
public static partial class GatewaySettingsFile
{
    public const string Path = "gateway.yaml";

    private static readonly Dictionary<string, StoreKind> Stores = new(StringComparer.Ordinal)
    {
        ["sqlite"] = StoreKind.Sqlite, ["postgres"] = StoreKind.Postgres,
    };

    private static readonly Dictionary<string, PostgresTls> TlsModes = new(StringComparer.Ordinal)
    {
        ["verify-full"] = PostgresTls.VerifyFull, ["verify-ca"] = PostgresTls.VerifyCa, ["require"] = PostgresTls.Require,
        ["disable"] = PostgresTls.Disable,
    };

    public static SettingsOutcome Read(ConfigurationFile file, ConfigurationOptions? options = null)
    {
        var bounds = options ?? ConfigurationOptions.Default;
        var (faults, warnings) = (new FaultSink(bounds.FaultsMax), new FaultSink(bounds.FaultsMax));
        var root = YamlReading.Read(file, bounds, faults);
        var settings = root is null ? null : Read(root, faults, warnings);
        return new SettingsOutcome(faults.Count == 0 ? settings : null, faults.Sorted(), warnings.Sorted());
    }

    internal static GatewaySettings? Read(YamlNode root, FaultSink faults, FaultSink warnings)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return null;
        }

        var plain = map.Flag("allow-plain-text", otherwise: false);
        var address = ChannelForm.Address(map.Text("public-address", 500), plain, faults);
        var unset = new GatewaySettings { PublicAddress = address ?? new Uri("https://localhost") };
        var settings = unset with
        {
            PublicGrpcAddress = map.OptionalText("public-grpc-address", 500) is { } grpc ? ChannelForm.Address(grpc, plain, faults) : null,
            AllowPlainText = plain,
            Listeners = ReadListeners(map, plain),
            MutualTls = In(map, "mutual-tls", ReadMutualTls),
            Store = ReadStore(map),
            KeyFolder = In(map, "keys", keys => FilePath(keys, "folder")) ?? unset.KeyFolder,
            CounselFile = FilePath(map, "counsel") ?? unset.CounselFile,
            Limits = In(map, "limits", ReadLimits) ?? unset.Limits,
            Anonymous = In(map, "anonymous", FrontForm.ReadAnonymous) ?? unset.Anonymous,
            Connections = In(map, "connections", FrontForm.ReadConnections) ?? unset.Connections,
            Documents = In(map, "documents", ReadDocuments) ?? unset.Documents,
            Tokens = In(map, "tokens", tokens => ReadTokens(tokens, plain)) ?? unset.Tokens,
            Delivery = In(map, "delivery", ReadDelivery) ?? unset.Delivery,
            FileExchangeFolder = In(map, "file-exchange", files => FilePath(files, "folder")) ?? unset.FileExchangeFolder,
            Operations = In(map, "operations", operations => new OperationsSettings { Socket = operations.Flag("socket", otherwise: true) }) ?? unset.Operations,
            Evidence = In(map, "evidence", evidence => EvidenceForm.Read(evidence, plain)) ?? unset.Evidence,
            CivilTime = In(map, "civil-time", ReadCivilTime),
        };
        map.Close();
        Warn(map, settings, warnings);
        return settings;
    }

    private static void Warn(MapReader map, GatewaySettings settings, FaultSink warnings)
    {
        if (settings.AllowPlainText && map.Find("allow-plain-text") is { } plain)
        {
            warnings.Add(plain, SettingsFaults.PlainTextAllowed);
        }

        if (settings.CivilTime is not null && map.Find("civil-time") is { } civil)
        {
            warnings.Add(civil, SettingsFaults.CivilTimeApart);
        }
    }

    private static ListenerSettings ReadListeners(MapReader settings, bool plain) => In(settings, "listeners", map =>
    {
        var unset = new ListenerSettings();
        var listeners = new ListenerSettings { Rest = Listener(map, "rest", plain) ?? unset.Rest, Grpc = Listener(map, "grpc", plain) ?? unset.Grpc };
        if (listeners.ShareAPort)
        {
            map.Faults.Add(map.Node, SettingsFaults.SamePort);
        }

        return listeners;
    }) ?? new ListenerSettings();

    private static MutualTlsSettings? ReadMutualTls(MapReader map)
    {
        var address = ChannelForm.Address(map.Text("public-address", 500), plainText: false, map.Faults);
        var listener = ChannelForm.Address(map.OptionalText("listener", 200), plainText: false, map.Faults);
        var authorities = FilePath(map, "authorities");
        var proxies = map.Find("trusted-proxies") is null ? [] : ChannelForm.Networks(map, "trusted-proxies");
        if (listener is null && map.Find("listener") is null && proxies.IsEmpty)
        {
            map.Faults.Add(map.Node, SettingsFaults.NoCertificates);
        }

        return address is null
            ? null
            : new MutualTlsSettings { PublicAddress = address, Listener = listener, Authorities = authorities, TrustedProxies = new(proxies) };
    }

    private static Uri? Listener(MapReader map, string key, bool plain)
    {
        var word = map.OptionalText(key, 200);
        var address = ChannelForm.Address(word, plainText: true, map.Faults);
        if (word is null || address is null)
        {
            return null;
        }

        if (ListenerSettings.FaultOf(address, plain) is { } fault)
        {
            map.Faults.Add(word.At, fault);
        }

        return address;
    }

    /// <summary>Each kind has keys of its own; one of the other kind is unknown.</summary>
    private static StoreSettings ReadStore(MapReader settings) => In(settings, "store", map => map.Choice("kind", Stores) == StoreKind.Postgres
        ? new StoreSettings { Kind = StoreKind.Postgres, Postgres = ReadPostgres(map) }
        : new StoreSettings { Path = FilePath(map, "path") ?? new StoreSettings().Path }) ?? new StoreSettings();

    private static PostgresSettings ReadPostgres(MapReader map)
    {
        var unset = new PostgresSettings { Host = "", Database = "", User = "" };
        var schema = map.OptionalText("schema", 40);
        if (schema is not null && !SchemaForm().IsMatch(schema.Text))
        {
            map.Faults.Add(schema.At, SettingsFaults.SchemaName);
        }

        return new PostgresSettings
        {
            Host = map.Text("host", 500)?.Text ?? "",
            Port = Whole(map, "port", unset.Port, 1, 65_535),
            Database = map.Text("database", 63)?.Text ?? "",
            User = map.Text("user", 63)?.Text ?? "",
            Schema = schema?.Text ?? unset.Schema,
            Tls = map.Find("tls") is null ? unset.Tls : map.Choice("tls", TlsModes) ?? unset.Tls,
            RootCertificate = FilePath(map, "root-certificate"),
            SynchronousStandbys = Whole(map, "synchronous-standbys", unset.SynchronousStandbys, 0, 8),
        };
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SchemaForm();

    private static LimitSettings ReadLimits(MapReader map)
    {
        var unset = new LimitSettings();
        var limits = new LimitSettings
        {
            MessageBytesMax = Whole(map, "message-bytes-max", unset.MessageBytesMax, 64 << 10, 256 << 20),
            AttachmentBytesMax = Whole(map, "attachment-bytes-max", unset.AttachmentBytesMax, 1 << 10, 192 << 20),
            AttachmentsMax = Whole(map, "attachments-max", unset.AttachmentsMax, 1, 100),
            PeopleMax = Whole(map, "people-max", unset.PeopleMax, 1, 50),
            CalendarsMax = Whole(map, "calendars-max", unset.CalendarsMax, 1, 100_000),
        };
        if (limits.AttachmentBytesMax > limits.MessageBytesMax / 4 * 3)
        {
            map.Faults.Add(map.Find("attachment-bytes-max") ?? map.Node, SettingsFaults.AttachmentOverMessage);
        }

        return limits;
    }

    private static TokenSettings ReadTokens(MapReader map, bool plain)
    {
        var unset = new TokenSettings();
        return new TokenSettings
        {
            Lifetime = Span(map, "lifetime", unset.Lifetime, "30s", "60min"),
            KeyNotice = Span(map, "key-notice", unset.KeyNotice, "2s", "24h"),
            Provider = In(map, "provider", provider => ReadTokenProvider(provider, plain)),
        };
    }

    private static TokenProviderSettings? ReadTokenProvider(MapReader map, bool plain)
    {
        var url = map.Text("url", 500);
        var address = ChannelForm.Address(url, plain, map.Faults);
        var algorithms = IssuerForm.ReadAlgorithms(map, pinned: false);
        var networks = ChannelForm.Networks(map, "allowed-addresses");
        var (audience, client) = (map.Text("audience", 500), map.Text("client-id"));
        var settings = new TokenProviderSettings
        {
            Issuer = new AgencyIssuer(url?.Text ?? "", Jwks: null, networks, algorithms, People: null, Staff: null),
            Audience = audience?.Text ?? "",
            ClientId = client?.Text ?? "",
        };
        settings = settings with
        {
            LifetimeMax = Span(map, "lifetime-max", settings.LifetimeMax, "30s", "60min"),
            Introspects = map.Flag("introspection", otherwise: settings.Introspects),
        };
        return address is null || audience is null || client is null ? null : settings;
    }

    private static DocumentSettings ReadDocuments(MapReader map)
    {
        var unset = new DocumentSettings();
        var documents = new DocumentSettings
        {
            MebibytesMax = Whole(map, "mebibytes-max", unset.MebibytesMax, 1, 65_536),
            UploadsMax = Whole(map, "uploads-max", unset.UploadsMax, 1, 1000),
            UploadMebibytesMax = Whole(map, "upload-mebibytes-max", unset.UploadMebibytesMax, 1, 1_048_576),
            IdleMax = Span(map, "idle-max", unset.IdleMax, "1min", "30d"),
            MediaTypes = map.Find("media-types") is null
                ? unset.MediaTypes
                : new EquatableList<string>(map.Texts("media-types", 1, 50).Select(type => type.Text)),
        };
        if (documents.UploadMebibytesMax < documents.MebibytesMax)
        {
            map.Faults.Add(map.Find("upload-mebibytes-max") ?? map.Node, SettingsFaults.UploadsUnderDocument);
        }

        return documents;
    }

    private static DeliverySettings ReadDelivery(MapReader map)
    {
        var unset = new DeliverySettings();
        var delivery = new DeliverySettings
        {
            AttemptsMax = Whole(map, "attempts-max", unset.AttemptsMax, 1, 10_000),
            BackoffBase = Span(map, "backoff-base", unset.BackoffBase, "100ms", "10min"),
            BackoffMax = Span(map, "backoff-max", unset.BackoffMax, "100ms", "24h"),
            Timeout = Span(map, "timeout", unset.Timeout, "1s", "2min"),
            AgencyConcurrency = Whole(map, "agency-concurrency", unset.AgencyConcurrency, 1, 64),
            OverdueAfter = Span(map, "overdue-after", unset.OverdueAfter, "1min", "30d"),
        };
        if (delivery.BackoffBase > delivery.BackoffMax)
        {
            map.Faults.Add(map.Find("backoff-max") ?? map.Node, SettingsFaults.BackoffOrder);
        }

        return delivery;
    }

    private static CivilTimeSettings ReadCivilTime(MapReader map) => new()
    {
        Start = ScalarForms.Instant(map.Find("start"), map.Faults),
        Rate = Whole(map, "rate", 1, 1, 1_000_000),
    };

    /// <summary>Reads a mapping under a key; null where it is absent or no mapping.</summary>
    private static T? In<T>(MapReader outer, string key, Func<MapReader, T?> read)
        where T : class
    {
        var map = MapReader.Open(outer.Find(key), outer.Faults);
        var value = map is null ? null : read(map);
        map?.Close();
        return value;
    }

    private static int Whole(MapReader map, string key, int otherwise, int min, int max) =>
        ScalarForms.Number(map.Find(key), map.Faults, min, max) ?? otherwise;

    private static TimeSpan Span(MapReader map, string key, TimeSpan otherwise, string min, string max) =>
        ScalarForms.Duration(map.Find(key), map.Faults, ScalarForms.Duration(min), ScalarForms.Duration(max)) ?? otherwise;

    private static string? FilePath(MapReader map, string key) => map.OptionalText(key, 500)?.Text;
}

/// <summary>What can be wrong with gateway.yaml, and what its operator should know.</summary>
[FaultRows]
public static class SettingsFaults
{
    public static readonly FaultCode SamePort = Row("SETTINGS_SAME_PORT",
        "REST 与 gRPC 使用同一端口", "REST and gRPC listen on one port", "使用两个端口", "Give each a port of its own");

    public static readonly FaultCode NoCertificates = Row("SETTINGS_MUTUAL_TLS",
        "没有人能出示证书", "Nobody could show a certificate", "填写 listener，或 trusted-proxies", "Give `listener`, or `trusted-proxies`");

    public static readonly FaultCode AttachmentOverMessage = Row("SETTINGS_ATTACHMENT_OVER_MESSAGE",
        "单个附件上限超过报文上限的四分之三", "An attachment may be larger than three quarters of a message", "调大 message-bytes-max 或调小 attachment-bytes-max", "Raise message-bytes-max or lower attachment-bytes-max");

    public static readonly FaultCode UploadsUnderDocument = Row("SETTINGS_UPLOADS_UNDER_DOCUMENT",
        "未完成上传的总量上限小于单份文书上限", "Uploads together may be smaller than one document", "调大 upload-mebibytes-max 或调小 mebibytes-max", "Raise upload-mebibytes-max or lower mebibytes-max");

    public static readonly FaultCode AllUnderOne = Row("SETTINGS_ALL_UNDER_ONE",
        "{0} 小于单个网络的上限", "{0} is under the bound of one network", "调大它，或调小单个网络的上限", "Raise it, or lower the bound of one network");

    public static readonly FaultCode BackoffOrder = Row("SETTINGS_BACKOFF_ORDER",
        "backoff-max 小于 backoff-base", "backoff-max is under backoff-base", "调大 backoff-max", "Raise backoff-max");

    public static readonly FaultCode SchemaName = Row("SETTINGS_SCHEMA_NAME",
        "数据库模式名只能由小写字母、数字和下划线组成，且以字母开头", "A database schema is named by small letters, digits and underscores, a letter first", "改用这样的名称", "Use such a name");

    public static readonly FaultCode WitnessKey = Row("SETTINGS_WITNESS_KEY",
        "见证方公钥格式不正确", "The witness's key is not a cosigner's public key", "填写见证方公布的 vkey（类型 0x04）", "Give the vkey (type 0x04) that the witness publishes");

    public static readonly FaultCode QuorumOverWitnesses = Row("SETTINGS_QUORUM_OVER_WITNESSES",
        "quorum 大于见证方数目", "quorum is over the number of witnesses", "调小 quorum 或增加见证方", "Lower quorum or name more witnesses");

    public static readonly FaultCode PlainTextAllowed = Row("SETTINGS_PLAIN_TEXT",
        "允许明文 http，仅供演示和测试", "Plain http is allowed: for demo and test only", "正式环境删除 allow-plain-text", "Remove allow-plain-text in production");

    public static readonly FaultCode CivilTimeApart = Row("SETTINGS_CIVIL_TIME",
        "法定期限按自设时间计算，仅供演示和测试", "Legal clocks run on a civil time of their own: for demo and test only", "正式环境删除 civil-time", "Remove civil-time in production");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
