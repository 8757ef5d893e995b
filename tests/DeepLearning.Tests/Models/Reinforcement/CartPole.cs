namespace DeepLearning.Tests.Models.Reinforcement;

/// <summary>
/// A pole on a cart that is pushed to the left or to the right (Barto, Sutton and Anderson 1983, "Neuronlike adaptive elements that can
/// solve difficult learning control problems"), with the constants, Euler's integration and the ends of Gym's CartPole-v0: 1 a step, until
/// the pole leans by more than 12°, the cart is more than 2.4 away, or 200 steps are over.
/// </summary>
internal sealed class CartPole(Generator random)
{
    public const int MostSteps = 200;

    private const double Gravity = 9.8, Cart = 1, Pole = 0.1, HalfLength = 0.5, Force = 10, Seconds = 0.02;

    private double _x, _speed, _angle, _turn;

    public int Steps { get; private set; }

    /// <summary>Whether the pole fell, or the cart left.</summary>
    public bool HasFailed => Math.Abs(_x) > 2.4 || Math.Abs(_angle) > 12 * Math.PI / 180;

    public bool IsOver => HasFailed || Steps >= MostSteps;

    public Tensor State => Tensor.From([(float)_x, (float)_speed, (float)_angle, (float)_turn]);

    public void Reset()
    {
        Steps = 0;
        (_x, _speed, _angle, _turn) = (Start(), Start(), Start(), Start());

        double Start() => (random.NextDouble() - 0.5) * 0.1;
    }

    public void Step(int action)
    {
        double force = action == 1 ? Force : -Force, sine = Math.Sin(_angle), cosine = Math.Cos(_angle);
        double pushed = (force + (Pole * HalfLength * _turn * _turn * sine)) / (Cart + Pole);
        double turning = ((Gravity * sine) - (cosine * pushed))
            / (HalfLength * ((4.0 / 3) - (Pole * cosine * cosine / (Cart + Pole))));
        double pulling = pushed - (Pole * HalfLength * turning * cosine / (Cart + Pole));
        _x += Seconds * _speed;
        _speed += Seconds * pulling;
        _angle += Seconds * _turn;
        _turn += Seconds * turning;
        Steps++;
    }
}
