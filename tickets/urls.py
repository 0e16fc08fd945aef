"""Tickets' paths."""

from django.urls import path

from tickets.api import Feedback, Ticket, TicketEnd, TicketMessages, Tickets

urlpatterns = [
    path("me/feedback", Feedback.as_view()),
    path("me/tickets", Tickets.as_view()),
    path("me/tickets/<uuid:ticket_id>", Ticket.as_view()),
    path("me/tickets/<uuid:ticket_id>/messages", TicketMessages.as_view()),
    path("me/tickets/<uuid:ticket_id>/close", TicketEnd.as_view()),
]
