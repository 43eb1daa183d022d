using FluentValidation;
using MediatR;

namespace Whistle.Server.Pipeline;

/// <summary>First: shapes only, no data. Answers 400 with the codes of the fields; the first code is the problem's own.</summary>
internal sealed class ValidateBehaviour<TRequest, TResponse>(IValidator<TRequest> validator)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var result = await validator.ValidateAsync(request, cancellationToken);
        if (result.IsValid)
            return await next();
        var fields = result.Errors.Select(e => new FieldError(Camel(e.PropertyName), e.ErrorCode)).ToList();
        return TResponse.Refuse(new Refusal(StatusCodes.Status400BadRequest, fields[0].Code, fields));
    }

    private static string Camel(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}
