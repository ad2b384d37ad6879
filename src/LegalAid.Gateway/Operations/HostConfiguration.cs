using System.Collections.Immutable;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Options.V1;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Payloads;

namespace LegalAid.Gateway.Operations;

/// <summary>A configuration as the host reads it: settings, snapshot, payload schemas, and how to load another one the same way.</summary>
public sealed class HostConfiguration
{
    private readonly PayloadCodec _codec;

    private HostConfiguration(GatewaySettings settings, ImmutableArray<ConfigurationFile> files, PayloadCodec codec)
    {
        (Settings, Files, _codec) = (settings, files, codec);
    }

    public GatewaySettings Settings { get; }

    public ImmutableArray<ConfigurationFile> Files { get; }

    /// <summary>Set by <see cref="Read"/>, which refuses a configuration without one.</summary>
    public ConfigurationSnapshot Snapshot { get; private set; } = null!;

    /// <summary>Reads and checks everything. Faults come as one exception that lists them all.</summary>
    public static HostConfiguration Read(GatewayHostOptions options)
    {
        var outcome = Check(options, out var configuration);
        return outcome switch
        {
            LoadOutcome.Loaded => configuration ?? throw new InvalidOperationException("a loaded configuration is there"),
            LoadOutcome.Faulty faulty => throw new StartRefusedException(string.Join(Environment.NewLine, faulty.Faults)),
            _ => throw new InvalidOperationException($"outcome {outcome}"),
        };
    }

    /// <summary>The same, with the faults and warnings as values.</summary>
    public static LoadOutcome Check(GatewayHostOptions options, out HostConfiguration? configuration)
    {
        configuration = null;
        var folder = options.ConfigurationFolder;
        if (!Directory.Exists(folder))
        {
            throw new StartRefusedException($"没有配置目录 · There is no configuration folder {folder}");
        }

        var files = ConfigurationFolder.Overlay(ConfigurationFolder.Read(folder), options.Overlay);
        var main = files.FirstOrDefault(file => file.Path == GatewaySettingsFile.Path)
            ?? throw new StartRefusedException($"缺少 gateway.yaml · {folder} holds no {GatewaySettingsFile.Path}");
        var read = GatewaySettingsFile.Read(main);
        var settings = read.Settings is null ? null : options.Adjust?.Invoke(read.Settings) ?? read.Settings;
        files = ConfigurationFolder.Overlay(
            ConfigurationFolder.ReadWithCounsel(folder, settings?.CounselFile ?? "counsel.yaml"), options.Overlay);
        var codec = EdgeExtensions.CreatePayloadCodec();
        var outcome = Load(files, codec);
        if (settings is not null && outcome is LoadOutcome.Loaded loaded)
        {
            configuration = new HostConfiguration(settings, files, codec) { Snapshot = loaded.Snapshot };
        }

        return outcome;
    }

    /// <summary>
    /// The settings by which a node runs where another configuration is active than its folder's: those that were agreed on, but for where this machine
    /// has its store, keys, files and socket, without which it could not find what was agreed on.
    /// </summary>
    public static GatewaySettings SettingsOf(ConfigurationSnapshot active, GatewaySettings own, GatewayHostOptions options)
    {
        var file = active.Files.FirstOrDefault(file => file.Path == GatewaySettingsFile.Path);
        var read = (file is null ? null : GatewaySettingsFile.Read(file).Settings)
            ?? throw new StartRefusedException($"现行配置 {active.Digest} 没有 gateway.yaml · The active configuration {active.Digest} has no {GatewaySettingsFile.Path}");
        return (options.Adjust?.Invoke(read) ?? read) with
        {
            Store = own.Store, KeyFolder = own.KeyFolder, CounselFile = own.CounselFile, Operations = own.Operations, FileExchangeFolder = own.FileExchangeFolder,
        };
    }

    /// <summary>Loads other files by the same schemas and checks.</summary>
    public LoadOutcome Load(ImmutableArray<ConfigurationFile> files) => Load(files, _codec);

    private static LoadOutcome Load(ImmutableArray<ConfigurationFile> files, PayloadCodec codec) => ConfigurationLoader.Load(
        files, SchemasOf(files, codec), StandardChecks.Catalogue.CheckNames, StandardChecks.Catalogue.FinderNames);

    /// <summary>The schemas that these files and the contracts give.</summary>
    internal static PayloadSchemas SchemasOf(ImmutableArray<ConfigurationFile> files, PayloadCodec codec) =>
        new(ContractFiles, codec, files);

    /// <summary>The contracts' descriptors, found in the assembly that holds them.</summary>
    private static IEnumerable<FileDescriptor> ContractFiles { get; } =
    [
        .. typeof(FieldRules).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor")?.GetValue(null))
            .OfType<FileDescriptor>(),
    ];
}
