using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A student that learns from a teacher (Hinton, Vinyals and Dean 2015, "Distilling the knowledge in a neural network"). It computes what
/// the student does; the teacher is in evaluation, is not trained, and is not in the state dictionary, whose key is <c>student</c>.
/// </summary>
public sealed class DistillationModel : Module<Tensor, Tensor>
{
    [Unregistered]
    private readonly Module<Tensor, Tensor> _teacher;

    /// <summary>Puts a student before a teacher.</summary>
    /// <param name="student">Gives logits [batch, classes].</param>
    /// <param name="teacher">Gives as many.</param>
    /// <param name="temperature">By what the logits are divided.</param>
    /// <param name="alpha">The weight of the teacher; the rest is that of the targets.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not positive, or the weight is not from 0 to 1.</exception>
    public DistillationModel(Module<Tensor, Tensor> student, Module<Tensor, Tensor> teacher, double temperature = 2, double alpha = 0.5)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        OptionChecks.Probability(alpha, nameof(DistillationModel));
        (Student, _teacher, Temperature, Alpha) = (student, teacher, temperature, alpha);
    }

    /// <summary>The student.</summary>
    public Module<Tensor, Tensor> Student { get; }

    /// <summary>By what the logits are divided.</summary>
    public double Temperature { get; }

    /// <summary>The weight of the teacher.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"temperature {Temperature}, alpha {Alpha}");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NamedCall.Of(this, input, static (self, x) => self.Student.Forward(x));
    }

    /// <summary>The loss of a batch: <see cref="Losses.Loss.Distillation"/> of the student's logits and the teacher's.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="target">The classes; the teacher alone counts when null.</param>
    /// <exception cref="ShapeException">The student's logits and the teacher's are not of one shape.</exception>
    public Tensor Loss(Tensor input, Tensor? target = null)
    {
        Tensor logits = Forward(input), teacher;
        _teacher.Eval();
        using (GradMode.NoGrad())
        {
            teacher = _teacher.Forward(input);
        }

        if (teacher.Shape != logits.Shape)
        {
            throw new ShapeException(
                $"{Kind}: the student's logits {logits.Shape} and the teacher's {teacher.Shape} differ; both must be of the same classes.");
        }

        return Losses.Loss.Distillation(logits, teacher, target, Temperature, Alpha);
    }
}
