using RebaseBatch.Intake.ServiceBus;

namespace RebaseBatch.Intake;

static partial class IntakeQueues
{
    static partial void AddServiceBus(IntakeOptions options, ref IIntakeQueue? queue) => queue = new ServiceBusQueue(options);

    static partial void AddServiceBus(IntakeOptions options, ref IDeadLetters? letters) => letters = new ServiceBusDeadLetters(options);
}
