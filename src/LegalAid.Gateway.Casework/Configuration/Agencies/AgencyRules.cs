using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>What must hold of all agencies together.</summary>
internal static class AgencyRules
{
    /// <summary>Checks the drafts against each other and against the enrolments laid over them.</summary>
    /// <param name="whole">Every agency's file could be read, so that one which is not found is not there.</param>
    public static void Check(
        IReadOnlyList<AgencyDraft> agencies, IReadOnlyList<ClientDraft> enrolled, IReadOnlyList<ChannelDraft> channels, bool whole, FaultSink faults)
    {
        var byId = ById(agencies);
        var declared = Names(agencies, whole, faults);
        CheckSupervisors(byId, declared, faults);
        CheckServes(agencies, faults);
        CheckCourtCodes(agencies, faults);
        foreach (var client in enrolled)
        {
            declared.Require(client.Agency);
        }

        CheckClients([.. agencies.SelectMany(agency => agency.Clients.Select(client => client with { Agency = agency.Id })), .. enrolled], faults);
        CheckChannels(channels, declared, faults);
        CheckGateways(byId, channels, whole, faults);
        CheckIssuers(agencies, faults);
    }

    /// <summary>The agencies by name, for whatever refers to them.</summary>
    public static Declared Names(IReadOnlyList<AgencyDraft> agencies, bool whole, FaultSink faults) =>
        new("机构 agency", [.. agencies.Select(agency => agency.Id).OfType<Word>()], whole && agencies.All(agency => agency.Id is not null), faults);

    /// <summary>The drafts by id, the first of each.</summary>
    public static Dictionary<string, AgencyDraft> ById(IReadOnlyList<AgencyDraft> agencies)
    {
        var byId = new Dictionary<string, AgencyDraft>(StringComparer.Ordinal);
        foreach (var agency in agencies)
        {
            if (agency.Id is not null)
            {
                byId.TryAdd(agency.Id.Text, agency);
            }
        }

        return byId;
    }

    /// <summary>The agencies with their enrolments. Only for drafts without faults.</summary>
    public static ImmutableArray<Agency> Compile(
        IReadOnlyList<AgencyDraft> agencies, IReadOnlyList<ClientDraft> enrolled, IReadOnlyList<ChannelDraft> channels) =>
    [
        .. from draft in agencies
           let id = draft.Id?.Text ?? throw Unchecked()
           let overlay = channels.FirstOrDefault(channel => channel.Agency.Text == id)
           select new Agency
           {
               Id = AgencyId.Parse(id),
               Kind = draft.Kind?.Text ?? throw Unchecked(),
               Title = draft.Title ?? throw Unchecked(),
               Region = draft.Region ?? throw Unchecked(),
               Supervisor = draft.Supervisor is { } supervisor ? AgencyId.Parse(supervisor.Text) : null,
               CourtCode = draft.CourtCode?.Text,
               Serves = [.. draft.Serves.Select(served => served.Region)],
               Programmes = draft.Programmes,
               Channel = overlay?.Channel ?? draft.Channel ?? throw Unchecked(),
               Clients =
               [
                   .. draft.Clients.Concat(enrolled.Where(client => client.Agency?.Text == id))
                       .Select(client => new AgencyClientEntry(client.ClientId.Text, client.Jwks, client.Enabled, client.Binding, client.Signs, client.Certificate)),
               ],
               Issuers = [.. draft.Issuers.Select(issuer => issuer.Issuer)],
               Connectors = draft.Connectors,
               Entry = draft.Entry,
           },
    ];

    private static InvalidOperationException Unchecked() => new("an agency's draft is incomplete, and no fault says so");

    private static void CheckSupervisors(Dictionary<string, AgencyDraft> byId, Declared declared, FaultSink faults)
    {
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, agency) in byId)
        {
            if (agency.Supervisor is not { } supervisor)
            {
                continue;
            }

            declared.Require(supervisor);
            var circle = CircleFrom(id, byId);
            if (circle.Count > 0 && !circle.Any(reported.Contains))
            {
                reported.UnionWith(circle);
                faults.Add(supervisor.At, AgencyFaults.SupervisorCycle, string.Join(" → ", [.. circle, id]));
            }
        }
    }

    /// <summary>The agencies on the way up from one and back to it; empty where the way ends or turns elsewhere.</summary>
    private static List<string> CircleFrom(string id, Dictionary<string, AgencyDraft> byId)
    {
        var way = new List<string> { id };
        var next = byId[id].Supervisor?.Text;
        while (next is not null && next != id && !way.Contains(next) && byId.TryGetValue(next, out var agency))
        {
            way.Add(next);
            next = agency.Supervisor?.Text;
        }

        return next == id ? way : [];
    }

    /// <summary>
    /// Another city's gateway has a way to it and nothing of an agency's own; who belongs to one has its systems and connectors there, not here.
    /// </summary>
    private static void CheckGateways(Dictionary<string, AgencyDraft> byId, IReadOnlyList<ChannelDraft> channels, bool whole, FaultSink faults)
    {
        foreach (var (id, agency) in byId)
        {
            var at = agency.At.Find("channel") ?? agency.At;
            var channel = channels.FirstOrDefault(overlay => overlay.Agency.Text == id)?.Channel ?? agency.Channel;
            if (agency.Kind is { } kind && channel is not null && (kind.Text == AgencyKinds.Gateway) != (channel is Channel.Peer))
            {
                faults.Add(at, AgencyFaults.PeerChannel);
            }

            foreach (var client in agency.Clients.Where(client => agency.Kind is { Text: AgencyKinds.Gateway } && client.Certificate is not (null or CertificateRule.Pinned)))
            {
                faults.Add(client.ClientId.At, AgencyFaults.PeerCertificate);
            }

            if (channel is Channel.Through { Gateway: var gateway })
            {
                if (byId.TryGetValue(gateway.Value, out var named) ? named.Kind is { Text: not AgencyKinds.Gateway } : whole)
                {
                    faults.Add(at, AgencyFaults.GatewayUnknown, gateway.Value);
                }

                if (!agency.Clients.IsEmpty || !agency.Issuers.IsEmpty || agency.ConnectorsAt is not null)
                {
                    faults.Add(at, AgencyFaults.ThroughAlone);
                }
            }
        }
    }

    private static void CheckServes(IReadOnlyList<AgencyDraft> agencies, FaultSink faults)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var agency in agencies)
        {
            foreach (var (region, at) in agency.Serves)
            {
                var code = region.Current.ToString();
                if (!first.TryAdd(code, agency.Id?.Text ?? "?"))
                {
                    faults.Add(at, AgencyFaults.ServesTwice, first[code]);
                }
            }
        }
    }

    private static void CheckCourtCodes(IReadOnlyList<AgencyDraft> agencies, FaultSink faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var code in agencies.Select(agency => agency.CourtCode).OfType<Word>().Where(code => !seen.Add(code.Text)))
        {
            faults.Add(code.At, ConfigurationFaults.Twice, code.Text);
        }
    }

    private static void CheckClients(ImmutableArray<ClientDraft> clients, FaultSink faults)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var points = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var client in clients)
        {
            if (!owners.TryAdd(client.ClientId.Text, client.Agency?.Text ?? "?"))
            {
                faults.Add(client.ClientId.At, AgencyFaults.ClientTwice, owners[client.ClientId.Text]);
            }

            foreach (var (point, at) in client.Points)
            {
                if (!points.TryAdd(point, client.ClientId.Text))
                {
                    faults.Add(at, AgencyFaults.KeyShared, points[point]);
                }
            }
        }
    }

    /// <summary>Two agencies with one issuer could speak for each other's people.</summary>
    private static void CheckIssuers(IReadOnlyList<AgencyDraft> agencies, FaultSink faults)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var agency in agencies)
        {
            foreach (var (url, _) in agency.Issuers)
            {
                if (!first.TryAdd(url.Text.TrimEnd('/'), agency.Id?.Text ?? "?"))
                {
                    faults.Add(url.At, IssuerFaults.IssuerTwice, first[url.Text.TrimEnd('/')]);
                }
            }
        }
    }

    private static void CheckChannels(IReadOnlyList<ChannelDraft> channels, Declared declared, FaultSink faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var channel in channels)
        {
            declared.Require(channel.Agency);
            if (!seen.Add(channel.Agency.Text))
            {
                faults.Add(channel.Agency.At, AgencyFaults.ChannelTwice);
            }
        }
    }
}
