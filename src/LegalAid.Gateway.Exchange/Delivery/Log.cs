using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Events of delivery, 2200 to 2249.</summary>
internal static partial class Log
{
    [LoggerMessage(2200, LogLevel.Debug, "Delivery {Delivery} to {Recipient} is delivered after {Attempts} attempts")]
    public static partial void Delivered(ILogger logger, DeliveryId delivery, AgencyId recipient, int attempts);

    [LoggerMessage(2201, LogLevel.Warning, "Delivery {Delivery} to {Recipient} failed at attempt {Attempts} ({Outcome}) and is tried again in {After}")]
    public static partial void Again(ILogger logger, DeliveryId delivery, AgencyId recipient, int attempts, string outcome, TimeSpan after);

    [LoggerMessage(2202, LogLevel.Error, "Delivery {Delivery} to {Recipient} is a dead letter ({Outcome})")]
    public static partial void Dead(ILogger logger, DeliveryId delivery, AgencyId recipient, string outcome);

    [LoggerMessage(2203, LogLevel.Error, "Delivery {Delivery} to {Recipient} was not sent ({Outcome}); put the channel's configuration right")]
    public static partial void Misconfigured(ILogger logger, DeliveryId delivery, AgencyId recipient, string outcome);

    [LoggerMessage(2204, LogLevel.Warning, "The outcome of delivery {Delivery} ({Outcome}) came after its lease; it is made again")]
    public static partial void LeaseLost(ILogger logger, DeliveryId delivery, string outcome);

    [LoggerMessage(2205, LogLevel.Error, "The outcome of delivery {Delivery} ({Outcome}) could not be recorded; it is made again")]
    public static partial void OutcomeNotRecorded(ILogger logger, Exception exception, DeliveryId delivery, string outcome);

    [LoggerMessage(2217, LogLevel.Warning, "The outcome of delivery {Delivery} ({Outcome}) was not recorded within its time; it is made again")]
    public static partial void OutcomeLate(ILogger logger, DeliveryId delivery, string outcome);

    [LoggerMessage(2206, LogLevel.Error, "The message of delivery {Delivery} cannot be read")]
    public static partial void Unreadable(ILogger logger, Exception exception, DeliveryId delivery);

    [LoggerMessage(2207, LogLevel.Information, "Delivery {Delivery} ended undelivered: its message was erased")]
    public static partial void Erased(ILogger logger, DeliveryId delivery);

    [LoggerMessage(2209, LogLevel.Error, "{Recipient} is suspended ({Outcome}): its deliveries wait until an operator lets it go on")]
    public static partial void Suspended(ILogger logger, AgencyId recipient, string outcome);

    [LoggerMessage(2210, LogLevel.Warning, "{Recipient} is left alone until {Until}: delivery {Delivery} failed at attempt {Attempts} ({Outcome})")]
    public static partial void Paused(
        ILogger logger, AgencyId recipient, DateTimeOffset until, DeliveryId delivery, int attempts, string outcome);

    [LoggerMessage(2211, LogLevel.Warning, "Delivery {Delivery} to {Recipient} was not made in time: it waits since {Since}")]
    public static partial void Overdue(ILogger logger, DeliveryId delivery, AgencyId recipient, DateTimeOffset since);

    [LoggerMessage(2212, LogLevel.Error, "What is unfinished could not be looked at; it is looked at again in a while")]
    public static partial void WatchFailed(ILogger logger, Exception exception);

    [LoggerMessage(2213, LogLevel.Debug, "A file of {Agency} was handled")]
    public static partial void FileHandled(ILogger logger, AgencyId agency);

    [LoggerMessage(2214, LogLevel.Warning, "A file of {Agency} was rejected ({Code})")]
    public static partial void FileRejected(ILogger logger, AgencyId agency, string code);

    [LoggerMessage(2215, LogLevel.Error, "Files of {Agency} stand still for a moment: the lane failed")]
    public static partial void FileLaneFailed(ILogger logger, Exception exception, AgencyId agency);

    [LoggerMessage(2216, LogLevel.Error, "A file of {Agency} could not be handled; it is tried again in a while")]
    public static partial void FileFailed(ILogger logger, Exception exception, AgencyId agency);

    [LoggerMessage(2221, LogLevel.Information, "A file of {Agency} waits for its quota, at most {Wait}")]
    public static partial void FileWaits(ILogger logger, AgencyId agency, TimeSpan wait);

    [LoggerMessage(2218, LogLevel.Warning, "Delivery {Delivery} to {Recipient} is parked: no row of the sharing matrix grants it")]
    public static partial void Parked(ILogger logger, DeliveryId delivery, AgencyId recipient);

    [LoggerMessage(2219, LogLevel.Information, "{Count} parked deliveries go on: the sharing matrix grants them")]
    public static partial void Released(ILogger logger, int count);

    [LoggerMessage(2220, LogLevel.Error, "What is parked could not be looked at; it is looked at again in a while")]
    public static partial void ReleaseFailed(ILogger logger, Exception exception);

    [LoggerMessage(2208, LogLevel.Error, "Pushes to {Agency} stand still for a moment: the lane failed")]
    public static partial void LaneFailed(ILogger logger, Exception exception, AgencyId agency);
}
