using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>A running REST call: carries what the answer must say from where it is decided to where it is written.</summary>
internal sealed class RestCall
{
    /// <summary>The faults that the answer tells, null while the call goes well.</summary>
    public IReadOnlyList<Fault>? Refusal { get; private set; }

    /// <summary>The caller is gone: nothing is written any more.</summary>
    public bool CallerLeft { get; private set; }

    public static RestCall? Of(HttpContext context) => context.Features.Get<RestCall>();

    public void Refuse(IReadOnlyList<Fault> faults) => Refusal = faults;

    public void Leave() => CallerLeft = true;
}
