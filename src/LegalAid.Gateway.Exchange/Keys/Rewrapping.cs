using System.Runtime.CompilerServices;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Keys;

/// <summary>
/// Wraps every data key anew under the newest wrapping key. Content is not touched: the data keys stay what they are. It goes by the exchanges' ids,
/// page after page, beside a gateway that serves; each key is compared and set, so one that was erased meanwhile stays erased. Where it dies, what was
/// done is done, and the next run does the rest.
/// </summary>
public sealed class Rewrapping(ILedgerStore store, KeyRing keys)
{
    private const int PageMax = 200;

    /// <summary>After each page, what was looked at and what was wrapped anew so far. A run that wraps none anew has seen all keys under the newest.</summary>
    public async IAsyncEnumerable<(long Seen, long Rewrapped)> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (seen, rewrapped) = (0L, 0L);
        ExchangeId? after = null;
        while (await store.ListDataKeysAsync(after, PageMax, cancellationToken).ConfigureAwait(false) is { IsEmpty: false } page)
        {
            foreach (var (exchange, wrapped) in page)
            {
                if (keys.Rewrap(exchange.Value, wrapped) is { } anew && await store.RewrapAsync(exchange, wrapped, anew, cancellationToken).ConfigureAwait(false))
                {
                    rewrapped++;
                }
            }

            seen += page.Length;
            after = page[^1].Exchange;
            yield return (seen, rewrapped);
        }
    }
}
