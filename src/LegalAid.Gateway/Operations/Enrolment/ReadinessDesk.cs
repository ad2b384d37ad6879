using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>Tells a system what it has here and what it lacks. It reads and writes nothing; each report is of the instant it is made at.</summary>
internal sealed class ReadinessDesk(
    ILedgerStore store, ISnapshotSource configuration, IAgencyClientRegistry clients, IPushSecrets secrets, CivilClock civil, TimeProvider time)
{
    /// <param name="shown">The certificate of the connection; null: it shows none.</param>
    public async Task<ReadinessDocument> ReportAsync(Caller caller, X509Certificate2? shown, CancellationToken cancellationToken)
    {
        var snapshot = configuration.Current;
        var agency = snapshot.Agencies.Get(caller.Agency);
        var client = clients.Find(caller.ClientId) ?? throw new InvalidOperationException("a caller is a client");
        var enrolled = await store.FindSettingAsync(EnrolledSystem.Prefix + caller.ClientId, cancellationToken);
        var bare = new ReadinessDocument(
            Ready: true,
            time.GetUtcNow(),
            client.ClientId,
            agency.Id.ResourceName,
            enrolled is null ? null : EnrolledSystem.Read(enrolled).EnrolledAt,
            new ReadyBinding(
                EnrolVerbs.Bindings.Single(pair => pair.Value == client.Binding).Key, caller.Binding.ToString().ToLowerInvariant()),
            client.Signs ? "required" : "accepted",
            [.. client.Keys.Select(key => new ReadyKey(key.Kid, key.NotBefore, key.NotAfter))],
            CertificateOf(client, shown),
            OperationsOf(snapshot, agency, caller),
            await DeliveryOfAsync(agency, cancellationToken),
            Findings: []);
        var missing = agency.Channel is Channel.Push push ? push.Secrets.Count(name => secrets.Find(name) is null) : 0;
        var findings = ReadyFindings.Of(client, bare, missing);
        return bare with { Ready = !findings.Any(finding => finding.Blocks), Findings = findings };
    }

    private static ReadyCertificate? CertificateOf(AgencyClient client, X509Certificate2? shown)
    {
        var rule = client.Certificate switch
        {
            null => "",
            CertificateRule.Pinned => "pinned",
            CertificateRule.DnsName => "dns",
            CertificateRule.Subject => "subject",
            _ => throw new InvalidOperationException($"certificate rule {client.Certificate}"),
        };
        return rule.Length == 0 && shown is null ? null : new ReadyCertificate(rule, shown?.NotAfter.ToUniversalTime());
    }

    private ImmutableArray<ReadyOperation> OperationsOf(ConfigurationSnapshot snapshot, Agency agency, Caller caller)
    {
        var today = civil.Now.CivilDate();
        return
        [
            .. from operation in Operation.All
               let purposes = Purpose.All.Where(purpose =>
                   caller.Bounds?.Allow(operation.Name, purpose.Name) != false
                   && snapshot.Sharing.CouldAllow(new SharingQuestion(agency, SharedObject.Call(operation.Name), today) { Purpose = purpose })).ToImmutableArray()
               where !purposes.IsEmpty
               select new ReadyOperation(operation.Name, operation.Title.Zh, operation.Title.En, [.. purposes.Select(purpose => purpose.Name)]),
        ];
    }

    private async Task<ReadyDelivery> DeliveryOfAsync(Agency agency, CancellationToken cancellationToken)
    {
        var counts = (await store.CountDeliveriesAsync(cancellationToken)).Where(count => count.Recipient == agency.Id).ToList();
        var recipient = (await store.ListRecipientsAsync(cancellationToken)).FirstOrDefault(row => row.Agency == agency.Id);
        var waiting = counts.Where(count => count.Status is DeliveryStatus.Pending or DeliveryStatus.Leased).ToList();
        return new ReadyDelivery(
            agency.Channel switch
            {
                Channel.Mailbox => "mailbox",
                Channel.Push => "push",
                Channel.File => "file",
                Channel.Peer => "peer",
                Channel.Through => "through",
                _ => throw new InvalidOperationException($"channel {agency.Channel}"),
            },
            waiting.Sum(count => count.Count),
            waiting.Count > 0 ? waiting.Min(count => count.Oldest) : null,
            counts.Where(count => count.Status is DeliveryStatus.Dead or DeliveryStatus.Parked).Sum(count => count.Count),
            recipient is { Suspended: true } ? recipient.Cause : "",
            recipient is { Suspended: false } ? recipient.PausedUntil : null);
    }
}
