using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Why a mailbox refuses a call.</summary>
[FaultRows]
public static class DeliveryFaults
{
    public static readonly FaultCode LeaseLost = new("LEASE_LOST", FaultKind.Conflict, FaultActor.CallerSystem,
        "领取期限已过，该消息已重新投递或已了结", "The lease is no longer held: the delivery was handed out again or is settled",
        "重新领取后再确认；已处理的消息按投递编号去重", "Receive it again and answer under the new lease; recognise it by its delivery id");

    public static readonly FaultCode LeaseDurationOutOfBounds = new("LEASE_DURATION_OUT_OF_BOUNDS", FaultKind.Invalid, FaultActor.CallerSystem,
        "领取时长应在 {0} 秒至 {1} 秒之间", "The lease must be {0} s to {1} s long",
        "按范围填写，或不填以取默认值", "Send a length within the bounds, or none for the default");

    public static readonly FaultCode NotDeliveredYet = new("NOT_DELIVERED_YET", FaultKind.WrongState, FaultActor.CallerSystem,
        "消息尚未送达，不能报告已打开", "The message is not delivered yet, so nobody can have opened it",
        "先确认收到，再报告已打开", "Acknowledge it first, then report that it was opened");

    public static readonly FaultCode TestEventsExhausted = new("TEST_EVENTS_EXHAUSTED", FaultKind.Exhausted, FaultActor.CallerSystem,
        "一小时内已申请 {0} 个测试事件", "{0} test events were asked for within the hour",
        "稍后再申请", "Ask again later");

    public static readonly FaultCode DeliveryCountOutOfBounds = new("DELIVERY_COUNT_OUT_OF_BOUNDS", FaultKind.Invalid, FaultActor.CallerSystem,
        "数量应在 1 至 {0} 之间", "The count must be 1 to {0}",
        "按范围填写，或不填以取默认值", "Send a count within the bounds, or none for the default");
}
