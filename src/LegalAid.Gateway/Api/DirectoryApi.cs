using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;
using AgencyMessage = LegalAid.Gateway.Contracts.Directory.V1.Agency;
using ExchangeTypeMessage = LegalAid.Gateway.Contracts.Directory.V1.ExchangeType;
using ExchangeTypeRecord = LegalAid.Gateway.Casework.Catalogue.ExchangeType;

namespace LegalAid.Gateway.Api;

/// <summary>Who takes part and what can be exchanged, from the active configuration.</summary>
internal sealed class DirectoryApi(ISnapshotSource configuration, CivilClock civil) : DirectoryService.DirectoryServiceBase
{
    public override Task<ListAgenciesResponse> ListAgencies(ListAgenciesRequest request, ServerCallContext context)
    {
        var region = request.Region.Length == 0 ? null : RegionCode.Parse(request.Region); // the edge checked the format
        var matching = configuration.Current.Agencies.All
            .Where(agency => request.Kind.Length == 0 || agency.Kind == request.Kind)
            .Where(agency => region is null || region.Contains(agency.Region));
        var (page, next) = Page(matching, $"agencies\n{request.Kind}\n{request.Region}", request.PageSize, request.PageToken);
        var response = new ListAgenciesResponse { NextPageToken = next };
        response.Agencies.AddRange(page.Select(AgencyOf));
        return Task.FromResult(response);
    }

    public override Task<AgencyMessage> GetAgency(GetAgencyRequest request, ServerCallContext context) =>
        AgencyId.TryParseResourceName(request.Name, out var id) && configuration.Current.Agencies.Find(id) is { } agency
            ? Task.FromResult(AgencyOf(agency))
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));

    public override Task<ListExchangeTypesResponse> ListExchangeTypes(ListExchangeTypesRequest request, ServerCallContext context)
    {
        var types = configuration.Current.Types.Values.OrderBy(type => type.Id.Value, StringComparer.Ordinal);
        var (page, next) = Page(types, "types", request.PageSize, request.PageToken);
        var response = new ListExchangeTypesResponse { NextPageToken = next };
        response.ExchangeTypes.AddRange(page.Select(TypeOf));
        return Task.FromResult(response);
    }

    public override Task<ExchangeTypeMessage> GetExchangeType(GetExchangeTypeRequest request, ServerCallContext context) =>
        ExchangeMapping.TryParseTypeName(request.Name, out var id) && configuration.Current.FindType(id) is { } type
            ? Task.FromResult(TypeOf(type))
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));

    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var snapshot = configuration.Current;
        var agency = snapshot.Agencies.Get(caller.Agency);
        var response = new WhoAmIResponse
        {
            Agency = AgencyOf(agency),
            ClientId = caller.ClientId,
            Binding = caller.Binding switch
            {
                CallerBinding.Bearer => "bearer",
                CallerBinding.DPoP => "dpop",
                CallerBinding.Certificate => "certificate",
                _ => throw new InvalidOperationException($"binding {caller.Binding}"),
            },
            TokenExpireTime = caller.TokenExpires.ToTimestamp(),
            CivilTime = civil.Now.ToTimestamp(),
            OnBehalfOf = caller.OnBehalfOf is { } person ? $"{person.Issuer}#{person.Subject}" : "",
        };
        response.MayOpen.AddRange(snapshot.Types.Values
            .Where(type => !type.Opening.IsGateways && type.Roles[0].OpenTo.Contains(agency.Kind))
            .Select(type => ExchangeMapping.TypeName(type.Id))
            .Order(StringComparer.Ordinal));
        return Task.FromResult(response);
    }

    /// <summary>A page of a list in memory: the token's id is the position, so that a token is one shape for all lists.</summary>
    private static (IReadOnlyList<T> Page, string NextToken) Page<T>(IEnumerable<T> all, string question, int pageSize, string pageToken)
    {
        var size = PageTokens.Size(pageSize, usual: 50);
        var skip = PageTokens.Read(pageToken, question) is { } position ? BitConverter.ToInt32(position.ToByteArray()) : 0;
        var rest = all.Skip(skip).Take(size + 1).ToList();
        var next = rest.Count > size ? PageTokens.Next(new Guid(skip + size, 0, 0, new byte[8]), question) : "";
        return (rest.Take(size).ToList(), next);
    }

    private static AgencyMessage AgencyOf(Casework.Directory.Agency agency) => new()
    {
        Name = agency.Id.ResourceName,
        Kind = agency.Kind,
        TitleZh = agency.Title.Zh,
        TitleEn = agency.Title.En,
        Region = agency.Region.ToString(),
        Supervisor = agency.Supervisor?.ResourceName ?? "",
    };

    private static ExchangeTypeMessage TypeOf(ExchangeTypeRecord type)
    {
        var message = new ExchangeTypeMessage
        {
            Name = ExchangeMapping.TypeName(type.Id),
            TitleZh = type.Title.Zh,
            TitleEn = type.Title.En,
            Digest = type.Digest,
        };
        message.Openers.AddRange(type.Opening.IsGateways ? [] : type.Roles[0].OpenTo);
        message.States.AddRange(type.States.Select(state => state.Name.Value));
        message.Steps.AddRange(type.Steps.Select(step => StepOf(type, step)));
        message.Clocks.AddRange(type.Clocks.Select(clock => new ExchangeTypeMessage.Types.ClockRule
        {
            Clock = clock.Name.Value,
            TitleZh = clock.Title.Zh,
            TitleEn = clock.Title.En,
            Limit = clock.Due is { } due ? due.ToString() : clock.Limit.ToString(),
            Counting = clock.Counting.ToString(),
            Obligated = clock.Obligated.Value,
            LegalBasis = clock.Basis.ToString(),
            Mark = clock.Basis.MarkText,
        }));
        return message;
    }

    private static ExchangeTypeMessage.Types.Step StepOf(ExchangeTypeRecord type, StepDefinition step)
    {
        var message = new ExchangeTypeMessage.Types.Step
        {
            Step_ = step.Name.Value,
            TitleZh = step.Title.Zh,
            TitleEn = step.Title.En,
            To = step.To?.Value ?? "",
            Payload = step.Payload,
            TakenWith = type.TakerOf(step.Name)?.Name.Value ?? "",
        };
        message.By.AddRange(step.By.Select(role => role.Value));
        message.From.AddRange(step.From.Select(state => state.Value));
        message.RequiredAttachments.AddRange(step.RequiredAttachments.Select(kinds => string.Join(" | ", kinds)));
        message.DeliverTo.AddRange(step.DeliverTo.Select(role => role.Value));
        return message;
    }
}
