using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>A witness that is asked to cosign.</summary>
/// <param name="Address">Its submission prefix; <c>add-checkpoint</c> is appended.</param>
/// <param name="Key">Of type 0x04.</param>
public sealed record WitnessEntry(Uri Address, NoteKey Key);
