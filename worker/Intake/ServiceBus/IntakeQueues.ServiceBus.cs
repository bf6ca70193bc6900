using RebaseBatch.Intake.ServiceBus;

namespace RebaseBatch.Intake;

static partial class IntakeQueues
{
    static partial void AddServiceBus(IntakeOptions options, ref IIntakeQueue? queue) => queue = new ServiceBusQueue(options);
}
