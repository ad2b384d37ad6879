using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Configuration.Services;
using LegalAid.Gateway.Casework.Configuration.Sharing;
using LegalAid.Gateway.Casework.Configuration.Types;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>
/// Reads and checks a whole configuration; pure: the host brings the files' texts. Nothing is loaded unless everything is right, and
/// what is wrong is reported all at once.
/// <list type="bullet">
/// <item><c>agencies/{id}.yaml</c>, and over them <c>enrolments.yaml</c> and <c>enrolments/*.yaml</c> (clients and channels);
/// clients' keys may stand in <c>clients/*.jwks.json</c></item>
/// <item><c>directory.yaml</c>: who signs entries; <c>agencies/{id}.jws</c>: such an entry in place of the file</item>
/// <item><c>calendars/{id}.yaml</c>, <c>exchange-types/{id}.yaml</c>, <c>regions.yaml</c></item>
/// <item><c>sharing/{id}.yaml</c>: the rows of the sharing matrix</item>
/// <item><c>services/{id}.yaml</c>: agencies' own APIs that others call through the gateway</item>
/// <item><c>eligibility/facts.yaml</c>, <c>eligibility/{pack}/pack.yaml</c> and <c>examples.yaml</c>: who is eligible, with examples that are worked at each load</item>
/// <item><c>counsel.yaml</c>, <c>counsel/*.yaml</c>: the register; the host may bring it from elsewhere under this name</item>
/// <item><c>gateway.yaml</c>: checked here, read by <see cref="GatewaySettingsFile"/></item>
/// <item><c>schemas/*.json</c>: kept in the snapshot, for editors and for <see cref="IPayloadSchemas"/></item>
/// </list>
/// </summary>
public static class ConfigurationLoader
{
    /// <param name="files">Each path once, relative to the folder, with forward slashes.</param>
    /// <param name="schemas">Payload schemas by name.</param>
    /// <param name="checkNames">Checks in code that a step may name.</param>
    /// <param name="finderNames">Finders in code that a party rule may name.</param>
    /// <param name="options">Bounds; null means <see cref="ConfigurationOptions.Default"/>.</param>
    public static LoadOutcome Load(
        IReadOnlyList<ConfigurationFile> files,
        IPayloadSchemas schemas,
        IReadOnlyCollection<string> checkNames,
        IReadOnlyCollection<string> finderNames,
        ConfigurationOptions? options = null)
    {
        var load = new Loading(files, new TypeSurroundings(schemas, checkNames.ToHashSet(StringComparer.Ordinal), finderNames.ToHashSet(StringComparer.Ordinal)), options ?? ConfigurationOptions.Default);
        return load.Run();
    }

    /// <summary>The digest of a set of files: over their paths and contents, in the order of the paths.</summary>
    internal static string DigestOf(IEnumerable<ConfigurationFile> files)
    {
        var list = new JsonArray(
        [
            .. files.OrderBy(file => file.Path, StringComparer.Ordinal)
                .Select(file => new JsonArray(file.Path, CanonicalJson.Digest(Encoding.UTF8.GetBytes(file.Text)))),
        ]);
        return CanonicalJson.Digest(CanonicalJson.Canonicalise(list));
    }

    /// <summary>One load.</summary>
    private sealed class Loading(IReadOnlyList<ConfigurationFile> files, TypeSurroundings around, ConfigurationOptions options)
    {
        private readonly FaultSink _faults = new(options.FaultsMax);
        private readonly FaultSink _warnings = new(options.FaultsMax);
        private readonly Dictionary<string, YamlNode?> _roots = new(StringComparer.Ordinal);
        private readonly Dictionary<string, EntryDraft> _entries = new(StringComparer.Ordinal);
        private bool _plainText = options.AllowPlainText;

        public LoadOutcome Run()
        {
            if (files.Count > options.FilesMax)
            {
                _faults.Add(new YamlPlace("", 1, 1, ""), ConfigurationFaults.TooManyFiles, $"{options.FilesMax}");
                return new LoadOutcome.Faulty(_faults.Sorted(), []);
            }

            // 1. Every file becomes nodes, or says why it cannot.
            ReadFiles();
            if (Root("gateway.yaml") is { } settings)
            {
                _plainText |= GatewaySettingsFile.Read(settings, _faults, _warnings)?.AllowPlainText ?? false;
            }

            // 2. The form of each, then what must hold between them.
            ReadEntries();
            var regions = ReadRegions();
            var agencies = ReadAgencies();
            var calendars = ReadCalendars();
            var counsel = ReadCounsel(agencies.Drafts);
            var types = ReadTypes();
            var sharing = ReadSharing(agencies.Drafts, types);
            var services = ReadServices(agencies.Drafts);
            var packs = new PackFolder(_roots, _faults);
            var eligibility = packs.Read();
            agencies = WithConnectors(agencies, eligibility.Vocabulary, packs.FactsWhole);

            // 3. All or nothing.
            return _faults.Count > 0 || types is null
                ? new LoadOutcome.Faulty(_faults.Sorted(), _warnings.Sorted())
                : new LoadOutcome.Loaded(Compile(regions, agencies, calendars, counsel, types, sharing, services, eligibility), _warnings.Sorted());
        }

        private ConfigurationSnapshot Compile(
            RegionsFile regions, AgencyDrafts agencies, ImmutableArray<CalendarLayer> calendars, ImmutableArray<Lawyer> counsel,
            FrozenDictionary<ExchangeTypeId, ExchangeType> types, ImmutableArray<RowDraft> sharing, ImmutableArray<PublishedService> services, PackLibrary eligibility)
        {
            var directory = new AgencyDirectory(AgencyRules.Compile(agencies.Drafts, agencies.Clients, agencies.Channels));
            return new ConfigurationSnapshot
            {
                Digest = DigestOf(files),
                Agencies = directory,
                Calendars = new CalendarCatalogue(calendars),
                Types = types,
                Sharing = new SharingMatrix(sharing.Select(SharingCompiler.Compile), directory),
                Services = services.ToFrozenDictionary(service => (service.Agency, service.Name)),
                Eligibility = eligibility,
                Counsel = new CounselRegister(counsel),
                ResidentNumbers = regions.ResidentNumbers,
                RegionNames = regions.Names,
                Files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)],
            };
        }

        private void ReadFiles()
        {
            foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                var place = new YamlPlace(file.Path, 1, 1, "");
                if (!IsExpected(file.Path))
                {
                    _faults.Add(place, ConfigurationFaults.FileUnexpected);
                }
                else if (_roots.ContainsKey(file.Path))
                {
                    _faults.Add(place, ConfigurationFaults.FileTwice);
                }
                else if (IsEntry(file.Path))
                {
                    _roots.Add(file.Path, null); // until it is known who may sign: ReadEntries
                }
                else if (!InFolder(file.Path, "schemas", ".json"))
                {
                    _roots.Add(file.Path, YamlReading.Read(file, options, _faults));
                }
            }
        }

        private static bool IsExpected(string path) =>
            path is "gateway.yaml" or "regions.yaml" or "counsel.yaml" or "enrolments.yaml" or DirectoryFile.Path
            || IsEntry(path)
            || new[] { "agencies", "calendars", "exchange-types", "sharing", "services", "enrolments", "counsel" }.Any(folder => InFolder(path, folder, ".yaml"))
            || PackFolder.Expects(path)
            || InFolder(path, "clients", ".jwks.json")
            || (path.Split('/') is ["agencies", { Length: > 0 } agency, var name] && InFolder($"{agency}/{name}", agency, ConnectorForm.DescriptorsEnding))
            || InFolder(path, "schemas", ".json");

        private static bool InFolder(string path, string folder, string extension) =>
            path.StartsWith(folder + "/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal)
            && path.Length > folder.Length + 1 + extension.Length && path.LastIndexOf('/') == folder.Length;

        private static bool IsEntry(string path) => InFolder(path, "agencies", EntryFile.Extension);

        private void ReadEntries()
        {
            var signers = Root(DirectoryFile.Path) is { } root ? DirectoryFile.Read(root, new KeyFiles(_roots), _faults) : [];
            foreach (var file in files.Where(file => IsEntry(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                var name = Path.GetFileNameWithoutExtension(file.Path);
                if (_roots.ContainsKey($"agencies/{name}.yaml"))
                {
                    _faults.Add(new YamlPlace(file.Path, 1, 1, ""), EntryFaults.Twice);
                }
                else if (EntryFile.Read(file, name, signers, options, _faults) is { } entry)
                {
                    (_roots[file.Path], _entries[name]) = (entry.Root, entry);
                }
            }
        }

        /// <summary>An agency as its file says, or as somebody else says who vouches for agencies of its region.</summary>
        private AgencyDraft? ReadAgency(string name, YamlNode root, KeyFiles keys)
        {
            var draft = AgencyFile.Read(root, name, keys, _plainText, _faults);
            if (draft is null || !_entries.TryGetValue(name, out var entry))
            {
                return draft;
            }

            if (draft.Region is { } region && !entry.Signer.Regions.Any(own => own.Contains(region)))
            {
                _faults.Add(draft.At, EntryFaults.RegionForeign, entry.Signer.Name);
            }

            return draft with { Entry = entry.Entry };
        }

        private YamlNode? Root(string path) => _roots.GetValueOrDefault(path);

        /// <summary>The readable files of a folder, with their names and without folder and extension.</summary>
        private IEnumerable<(string Name, YamlNode Root)> In(string folder) =>
            from entry in _roots
            where entry.Value is not null && Holds(folder, entry.Key)
            orderby entry.Key
            select (Path.GetFileNameWithoutExtension(entry.Key), entry.Value);

        private static bool Holds(string folder, string path) => InFolder(path, folder, ".yaml") || (folder == "agencies" && IsEntry(path));

        /// <summary>Whether every file of the folder could be read.</summary>
        private bool IsWhole(string folder) => _roots.All(entry => entry.Value is not null || !Holds(folder, entry.Key));

        private RegionsFile ReadRegions() => Root("regions.yaml") is { } root ? RegionsFile.Read(root, _faults, _warnings) : RegionsFile.None;

        private AgencyDrafts ReadAgencies()
        {
            var keys = new KeyFiles(_roots);
            var drafts = In("agencies").Select(file => ReadAgency(file.Name, file.Root, keys)).OfType<AgencyDraft>().ToList();
            var enrolments = In("enrolments").Select(file => file.Root).Concat(Root("enrolments.yaml") is { } root ? [root] : [])
                .Select(file => AgencyFile.ReadEnrolments(file, keys, _plainText, _faults))
                .ToList();
            var agencies = new AgencyDrafts(drafts, [.. enrolments.SelectMany(file => file.Clients)], [.. enrolments.SelectMany(file => file.Channels)]);
            AgencyRules.Check(agencies.Drafts, agencies.Clients, agencies.Channels, IsWhole("agencies"), _faults);
            return agencies;
        }

        private AgencyDrafts WithConnectors(AgencyDrafts agencies, FactVocabulary vocabulary, bool whole)
        {
            var form = new ConnectorForm(vocabulary, whole, _plainText, _roots, _faults);
            return agencies with { Drafts = [.. agencies.Drafts.Select(draft => draft with { Connectors = form.Read(draft.ConnectorsAt, draft.Id?.Text ?? "", draft.Kind?.Text) })] };
        }

        private ImmutableArray<CalendarLayer> ReadCalendars()
        {
            var calendars = In("calendars").Select(file => CalendarFile.Read(file.Root, file.Name, _faults)).ToList();
            CalendarFile.Check(calendars, IsWhole("calendars"), _faults);
            return [.. calendars.Select(file => file.Layer).OfType<CalendarLayer>()];
        }

        private ImmutableArray<Lawyer> ReadCounsel(IReadOnlyList<AgencyDraft> agencies)
        {
            var firms = new CounselFile(agencies, IsWhole("agencies"), _faults);
            return
            [
                .. In("counsel").Select(file => file.Root).Concat(Root("counsel.yaml") is { } root ? [root] : []).SelectMany(file => firms.Read(file)),
            ];
        }

        /// <summary>The exchange types, variants apart; null where one of them has a fault.</summary>
        private FrozenDictionary<ExchangeTypeId, ExchangeType>? ReadTypes()
        {
            var before = _faults.Count;
            var drafts = In("exchange-types").Select(file => TypeFile.Read(file.Root, file.Name, _faults)).OfType<TypeDraft>().ToList();
            foreach (var draft in drafts)
            {
                TypeRules.Check(draft, around, _faults, _warnings);
            }

            ReferenceRules.Check(drafts, IsWhole("exchange-types"), _faults);

            // A sink that is full counts no further, and then nothing tells whether these drafts are sound.
            var sound = _faults.Count == before && before <= options.FaultsMax && IsWhole("exchange-types");
            return sound ? drafts.SelectMany(TypeCompiler.Compile).ToFrozenDictionary(type => type.Id) : null;
        }

        private ImmutableArray<PublishedService> ReadServices(IReadOnlyList<AgencyDraft> agencies)
        {
            var services = new ServiceFile(AgencyRules.Names(agencies, IsWhole("agencies"), _faults), _plainText, _faults);
            return [.. In("services").Select(file => services.Read(file.Root, file.Name)).OfType<PublishedService>()];
        }

        /// <param name="types">Null: the rows' references to types are not looked at this time.</param>
        private ImmutableArray<RowDraft> ReadSharing(IReadOnlyList<AgencyDraft> agencies, FrozenDictionary<ExchangeTypeId, ExchangeType>? types)
        {
            ImmutableArray<RowDraft> rows = [.. In("sharing").SelectMany(file => SharingFile.Read(file.Root, file.Name, _faults))];
            var names = AgencyRules.Names(agencies, IsWhole("agencies"), _faults);
            new SharingRules(names, types, around.Schemas, _faults).Check(rows);
            return rows;
        }
    }

    private sealed record AgencyDrafts(IReadOnlyList<AgencyDraft> Drafts, IReadOnlyList<ClientDraft> Clients, IReadOnlyList<ChannelDraft> Channels);
}
