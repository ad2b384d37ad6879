using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>
/// Court notices, each of a case, a person and a request of its own, made before the time is taken: as the wire brings them, and as the
/// host hands them to the ledger.
/// </summary>
internal static class NoticeSupply
{
    public static ImmutableArray<SubmitDefenceNoticeRequest> Requests(int first, int count) =>
        [.. ParallelEnumerable.Range(first, count).AsOrdered().Select(Request)];

    public static ImmutableArray<OpenCommand> Commands(int first, int count) =>
        [.. ParallelEnumerable.Range(first, count).AsOrdered().Select(serial => Command(Request(serial)))];

    private static SubmitDefenceNoticeRequest Request(int serial) =>
        SubmitDefenceNoticeRequest.Parser.ParseJson(Notices.Of("COURT", serial).Request.ToJsonString());

    private static OpenCommand Command(SubmitDefenceNoticeRequest request) => new(
        AgencyId.Parse(Notices.Court), new ExchangeTypeId("defence-notice.court"),
        [.. request.People.Select(person => new Opening(PayloadCodec.ToJson(person.Notice), [.. person.Attachments.Select(Document)]))], request.RequestId);

    private static IncomingDocument Document(Contracts.Attachments.V1.AttachmentContent content) =>
        new(content.Kind, content.FileName, content.MediaType, content.Content.Memory);
}
