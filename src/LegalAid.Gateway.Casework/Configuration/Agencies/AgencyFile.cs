using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads <c>agencies/{id}.yaml</c> and the enrolments that are laid over it.</summary>
internal static class AgencyFile
{
    private static readonly Dictionary<string, bool> Signatures = new(StringComparer.Ordinal) { ["accepted"] = false, ["required"] = true };

    private const int ClientsMax = 20, IssuersMax = 5, ServesMax = 200, ProgrammesMax = 20, EnrolmentsMax = 2_000;

    private static readonly Dictionary<string, BindingDemand> Bindings = new(StringComparer.Ordinal)
    {
        ["bound"] = BindingDemand.Bound, ["dpop"] = BindingDemand.Key, ["certificate"] = BindingDemand.Certificate, ["none"] = BindingDemand.None,
    };

    public static AgencyDraft? Read(YamlNode root, string fileName, KeyFiles keys, bool plainText, FaultSink faults)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return null;
        }

        var (id, kind) = (FileId(map, fileName), ReadKind(map));
        var draft = new AgencyDraft(
            map.Node,
            id,
            kind,
            map.Title("title"),
            ScalarForms.Region(map.Require("region"), faults),
            map.OptionalName("supervisor"),
            map.OptionalText("court-code", 10),
            ReadServes(map),
            ReadProgrammes(map),
            ChannelForm.Read(map.Require("channel"), plainText, faults),
            map.List("clients", 0, ClientsMax, node => ReadClient(node, named: false, keys, faults)),
            map.List("issuers", 0, IssuersMax, node => IssuerForm.Read(node, kind?.Text, keys, plainText, faults)))
        {
            ConnectorsAt = map.Find(ConnectorForm.Key),
        };
        map.Close();
        CheckKind(draft, faults);
        return draft;
    }

    /// <summary>Reads <c>enrolments.yaml</c>: clients and channels of agencies that have files of their own.</summary>
    public static (ImmutableArray<ClientDraft> Clients, ImmutableArray<ChannelDraft> Channels) ReadEnrolments(
        YamlNode root, KeyFiles keys, bool plainText, FaultSink faults)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return ([], []);
        }

        var clients = map.List("clients", 0, EnrolmentsMax, node => ReadClient(node, named: true, keys, faults));
        var channels = map.List("channels", 0, EnrolmentsMax, node =>
        {
            var entry = MapReader.Open(node, faults);
            var agency = entry?.Name("agency");
            var channel = ChannelForm.Read(entry?.Require("channel"), plainText, faults);
            entry?.Close();
            return agency is null || channel is null ? null : new ChannelDraft(agency, channel);
        });
        map.Close();
        return (clients, channels);
    }

    /// <summary>The id, which must be the file's name.</summary>
    public static Word? FileId(MapReader map, string fileName)
    {
        var id = map.Name("id");
        if (id is not null && id.Text != fileName)
        {
            map.Faults.Add(id.At, ConfigurationFaults.IdFile);
        }

        return id;
    }

    private static Word? ReadKind(MapReader map)
    {
        var kind = map.Name("kind");
        if (kind is not null && !AgencyKinds.All.Contains(kind.Text))
        {
            map.Faults.Add(kind.At, ConfigurationFaults.ValueUnknown, string.Join(", ", AgencyKinds.All.Order(StringComparer.Ordinal)));
            return null;
        }

        return kind;
    }

    private static ImmutableArray<(RegionCode Region, YamlNode At)> ReadServes(MapReader map)
    {
        var served = map.List("serves", 0, ServesMax, node => ScalarForms.Region(node, map.Faults) is { } region ? new ServedRegion(region, node) : null);
        return [.. served.Select(entry => (entry.Region, entry.At))];
    }

    private static ImmutableArray<Participation> ReadProgrammes(MapReader map)
    {
        var read = map.List("programmes", 0, ProgrammesMax, node =>
        {
            var entry = MapReader.Open(node, map.Faults);
            var programme = entry?.Name("programme");
            var (from, until) = Span(entry);
            entry?.Close();
            return programme is null || from is null ? null : new Participation(programme.Text, from.Value, until);
        });
        for (var i = 0; i < read.Length; i++)
        {
            if (read.Take(i).Any(other => other.Programme == read[i].Programme && Overlap(other, read[i])) && map.Find("programmes") is { } at)
            {
                map.Faults.Add(at, AgencyFaults.ProgrammeOverlap);
            }
        }

        return read;
    }

    private static bool Overlap(Participation one, Participation other) =>
        (other.Until is null || one.From < other.Until) && (one.Until is null || other.From < one.Until);

    /// <summary>From a date until another, exclusive, or for good.</summary>
    public static (DateOnly? From, DateOnly? Until) Span(MapReader? map)
    {
        var (from, until) = (map?.Date("from"), map?.OptionalDate("until"));
        if (map is not null && from >= until)
        {
            map.Faults.Add(map.Node, ConfigurationFaults.PeriodReversed);
        }

        return (from, until);
    }

    private static ClientDraft? ReadClient(YamlNode node, bool named, KeyFiles keys, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var agency = named ? map.Name("agency") : null;
        var clientId = map.Name("client-id");
        var enabled = map.Flag("enabled", otherwise: true);
        var binding = map.Find("binding") is null ? BindingDemand.Bound : map.Choice("binding", Bindings);
        var signs = ScalarForms.Choice(map.Find("signatures"), Signatures, faults) ?? false;
        var hasCertificate = map.Find("certificate") is not null;
        var certificate = CertificateForm.Read(map.Find("certificate"), faults);
        var set = hasCertificate && map.Find("jwks") is null && map.Find("jwks-file") is null ? KeySet.Empty : keys.Read(map, sm2: true);
        map.Close();
        return clientId is null || set is null || binding is null
            ? null
            : new ClientDraft(agency, clientId, set.Json, enabled, binding.Value, signs, certificate, set.Points);
    }

    private static void CheckKind(AgencyDraft draft, FaultSink faults)
    {
        if (draft.Kind is null)
        {
            return;
        }

        var isCourt = draft.Kind.Text == AgencyKinds.Court;
        if (isCourt != draft.CourtCode is not null)
        {
            faults.Add(draft.CourtCode?.At ?? draft.At, AgencyFaults.CourtCode);
        }
        else if (draft.CourtCode is { } code)
        {
            CheckCourtCode(code, draft.Region, faults);
        }

        if ((draft.Kind.Text == AgencyKinds.AidCentre) != (draft.At.Find("serves") is not YamlList { Items.IsEmpty: true } and not null))
        {
            faults.Add(draft.At.Find("serves") ?? draft.At, AgencyFaults.ServesMisplaced);
        }
    }

    /// <summary>A court code is what a case number of that court would carry, and where it tells the place, the place must be the court's.</summary>
    private static void CheckCourtCode(Word code, RegionCode? region, FaultSink faults)
    {
        if (!CaseNumber.TryParse($"（2024）{code.Text}刑初1号", out var number, out _) || number.CourtCode != code.Text)
        {
            faults.Add(code.At, AgencyFaults.CourtCode);
        }
        else if (region is not null && number.CourtRegion is { } place && place.Current != region.Current)
        {
            faults.Add(code.At, AgencyFaults.CourtRegion, place.ToString());
        }
    }

    private sealed record ServedRegion(RegionCode Region, YamlNode At);
}
